"""What to do: boards, allocation, patrol, scenarios. Pure: tables in, tables out."""
