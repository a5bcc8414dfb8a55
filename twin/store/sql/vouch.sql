-- For the rows of a load that come next: who they are is known, and the load writes what they touch.
select set_config('twin.identified', 'on', true), set_config('twin.touched', %(touched)s, true)
