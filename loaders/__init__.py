"""Files and streams into features; knows no SQL and no HTTP."""
