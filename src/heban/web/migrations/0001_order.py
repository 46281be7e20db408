"""The back office's log names a person: persons come first.

Django takes the first migration of the exchange for the one that makes persons; it is the third.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """An order, and nothing else."""

    initial = True
    dependencies = (("exchange", "0003_people"),)
    run_before = (("admin", "0001_initial"),)
    operations = ()
