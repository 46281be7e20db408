"""What the role that serves may do with the tables of Django's own applications."""

from django.db import migrations

GRANTS = """
    GRANT SELECT ON django_session, django_admin_log, django_content_type, django_migrations,
        auth_permission, auth_group, auth_group_permissions TO heban_app;
    GRANT INSERT, UPDATE, DELETE ON django_session TO heban_app;
    GRANT INSERT ON django_admin_log TO heban_app;
"""


class Migration(migrations.Migration):
    """Grants."""

    dependencies = (
        ("web", "0001_order"),
        ("exchange", "0018_grants"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    )
    operations = (migrations.RunSQL(GRANTS, migrations.RunSQL.noop),)
