-- Whether anything of the sample city was ever written.
select exists (select from twin.load where source like 'luohu-sample/%%' and status in ('done', 'partial'))
