comment on schema city is '城市 / every version of every object';
comment on schema city_now is '城市现状 / the same tables as they are now: what GIS users open and edit';
comment on schema twin is '平台 / machinery of the server';
comment on schema live is '实时 / readings, alarms and incident steps';
