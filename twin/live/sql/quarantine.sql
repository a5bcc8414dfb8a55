insert into live.quarantine (code, message, reason) values (%(code)s, %(message)s, %(reason)s)
