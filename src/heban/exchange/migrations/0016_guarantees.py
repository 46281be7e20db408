"""The guarantees that Django cannot say: rows written once, the sealed ledger, guarded states, terms."""

from django.db import migrations

from heban.exchange.sql import statements

FILES = ("written_once", "ledger", "states", "frozen", "parts", "fitting", "uscc")


class Migration(migrations.Migration):
    """Triggers and functions; to undo them is to make the database anew."""

    dependencies = (("exchange", "0015_records"),)
    operations = tuple(migrations.RunSQL(statements(name)) for name in FILES)
