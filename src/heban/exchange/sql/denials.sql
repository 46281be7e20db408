-- Refusals given: the role that serves adds and reads them, and changes none.

GRANT SELECT, INSERT ON exchange_denial TO heban_app;
