"""Words of the synthetic exchange: what is shared, what is asked for, and what invented organisations do."""

from __future__ import annotations

from typing import NamedTuple


class Thing(NamedTuple):
    """A kind of shared thing: its names, its field (GB/T 13745), its use, its price of an hour in yuan."""

    zh: str
    en: str
    field: str
    purpose: str
    yuan: int


INSTRUMENTS = (
    Thing("透射电子显微镜", "transmission electron microscope", "430", "材料微观形貌与晶体结构分析", 600),
    Thing("扫描电子显微镜", "scanning electron microscope", "430", "表面形貌观察与能谱分析", 300),
    Thing("X射线衍射仪", "X-ray diffractometer", "430", "物相与晶体结构测定", 200),
    Thing("X射线光电子能谱仪", "X-ray photoelectron spectrometer", "430", "表面元素与价态分析", 400),
    Thing("原子力显微镜", "atomic force microscope", "430", "纳米尺度表面测量", 260),
    Thing("聚焦离子束系统", "focused ion beam system", "430", "微纳加工与截面制样", 900),
    Thing("核磁共振波谱仪", "nuclear magnetic resonance spectrometer", "150", "有机物结构鉴定", 240),
    Thing("气相色谱质谱联用仪", "gas chromatograph mass spectrometer", "150", "挥发性有机物定性定量", 180),
    Thing("液相色谱质谱联用仪", "liquid chromatograph mass spectrometer", "150", "痕量化合物分析", 260),
    Thing(
        "电感耦合等离子体质谱仪", "inductively coupled plasma mass spectrometer", "150", "多元素痕量分析", 300
    ),
    Thing("傅里叶变换红外光谱仪", "Fourier transform infrared spectrometer", "150", "官能团分析", 120),
    Thing("激光共聚焦显微镜", "confocal laser scanning microscope", "180", "活细胞荧光成像", 220),
    Thing("流式细胞仪", "flow cytometer", "180", "细胞分选与表型分析", 260),
    Thing("高通量测序仪", "high-throughput sequencer", "180", "基因组与转录组测序", 500),
    Thing("冷冻电子显微镜", "cryogenic electron microscope", "180", "生物大分子三维结构解析", 1500),
    Thing("小动物活体成像系统", "small animal imaging system", "310", "肿瘤与药效活体观察", 300),
    Thing("三坐标测量机", "coordinate measuring machine", "460", "机械零件尺寸精密测量", 160),
    Thing("万能材料试验机", "universal testing machine", "430", "材料拉伸压缩弯曲性能测试", 120),
    Thing("疲劳试验机", "fatigue testing machine", "460", "零部件疲劳寿命试验", 150),
    Thing(
        "电磁兼容测试系统",
        "electromagnetic compatibility test system",
        "510",
        "电子产品辐射与抗扰度测试",
        700,
    ),
    Thing("矢量网络分析仪", "vector network analyser", "510", "射频器件参数测量", 200),
    Thing("半导体参数分析仪", "semiconductor parameter analyser", "510", "器件电学特性测量", 220),
    Thing("电子束光刻机", "electron beam lithography system", "510", "纳米图形加工", 1200),
    Thing("激光粒度分析仪", "laser particle size analyser", "430", "粉体粒径分布测量", 100),
    Thing("热重分析仪", "thermogravimetric analyser", "430", "材料热稳定性测试", 120),
    Thing("高性能计算集群", "high-performance computing cluster", "520", "仿真与人工智能训练", 80),
    Thing("环境试验舱", "environmental test chamber", "610", "温湿度与盐雾环境试验", 150),
    Thing("高速摄像机", "high-speed camera", "460", "瞬态过程拍摄", 140),
    Thing("工业CT", "industrial computed tomograph", "460", "零件内部缺陷无损检测", 480),
    Thing("电化学工作站", "electrochemical workstation", "480", "电池与腐蚀性能测试", 90),
)
SERVICES = (
    ("testing", "成分分析检测", "analysis of composition"),
    ("testing", "可靠性与环境试验", "reliability and environmental testing"),
    ("testing", "电池安全性能检测", "battery safety testing"),
    ("testing", "药物杂质检测", "testing of drug impurities"),
    ("testing", "电磁兼容检测", "electromagnetic compatibility testing"),
    ("research", "委托新材料配方研发", "commissioned formulation of new materials"),
    ("research", "工业软件算法开发", "development of industrial algorithms"),
    ("research", "芯片验证与流片设计服务", "chip verification and design services"),
    ("research", "工艺优化与中试放大", "process optimisation and pilot production"),
    ("research", "结构仿真与优化设计", "structural simulation and design"),
    ("transfer", "专利许可与技术转移服务", "patent licensing and technology transfer"),
    ("transfer", "科技成果评价与作价", "valuation of research results"),
    ("sharing", "大型仪器机时共享", "shared hours of large instruments"),
    ("sharing", "科学数据与文献共享", "shared scientific data and literature"),
)
FIELDS = (
    ("新材料", "Materials"), ("生物医药", "Biomedicine"), ("集成电路", "Chips"), ("智能装备", "Machinery"),
    ("新能源", "Energy"), ("电子信息", "Electronics"), ("环保科技", "Environment"),
    ("人工智能", "Intelligence"),
)  # fmt: skip
FIRM_WORDS = ("启明", "汇川", "云帆", "锐思", "恒远", "新域", "致和", "博微", "海纳", "凌云", "中测", "百川")
OWNER_KINDS = (
    ("university", "大学", "University"), ("institute", "研究院", "Institute"),
    ("institute", "研究所", "Research Institute"), ("provider", "检测中心", "Testing Centre"),
    ("provider", "技术服务中心", "Technical Service Centre"),
)  # fmt: skip
BASES = ("中试基地", "工程技术研究中心", "重点实验室", "孵化基地")
FACILITIES = (
    "同步辐射装置",
    "强磁场装置",
    "蛋白质设施",
    "硬X射线装置",
    "未来网络试验设施",
    "聚变堆主机部件试验装置",
)
MAKERS = (
    ("示例仪器厂", "中国"),
    ("Demo Instruments", "德国"),
    ("Sample Scientific", "美国"),
    ("例光精机", "日本"),
)
