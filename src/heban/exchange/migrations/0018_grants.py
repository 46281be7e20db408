"""What the role heban_app may do; both roles must exist."""

from django.db import migrations

from heban.exchange.sql import statements


class Migration(migrations.Migration):
    """Grants to the role that serves."""

    dependencies = (("exchange", "0017_edges"),)
    operations = (migrations.RunSQL(statements("grants")),)
