select live.tidy(%(hours)s) as tidied
