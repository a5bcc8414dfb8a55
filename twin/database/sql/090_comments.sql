-- What the views say that are not those of a layer, and Alembic's own table.
comment on view live.sensor_state is '传感器状态 / what a sensor says now; silent for three periods is stale';
comment on column live.sensor_state.datastream_id is '数据流 / live.datastream.id';
comment on column live.sensor_state.code is '设备编码 / device id';
comment on column live.sensor_state.sensor_id is '传感器 / city.feature.id';
comment on column live.sensor_state.observed_property is '观测量 / what is observed';
comment on column live.sensor_state.unit is '单位 / unit of result and limits';
comment on column live.sensor_state.period_s is '周期 / expected interval [s]';
comment on column live.sensor_state.attention is '预警限值 / attention limit, in the unit';
comment on column live.sensor_state.alarm is '报警限值 / alarm limit, in the unit';
comment on column live.sensor_state.direction is '方向 / above or below';
comment on column live.sensor_state.phenomenon_time is '观测时间 / when the newest reading was so';
comment on column live.sensor_state.result is '读数 / newest reading, in the unit';
comment on column live.sensor_state.quality is '质量 / 0 good, 1 doubtful, 2 bad';
comment on column live.sensor_state.state_since is '状态起始 / since when the last reading''s state holds';
comment on column live.sensor_state.age_s is '读数时龄 / age of the newest reading [s]';
comment on column live.sensor_state.state is '状态 / normal, attention, alarm, fault, stale, unknown';

do $$
declare
    view_ record;
begin
    for view_ in
        select * from (values
            ('building_protection', '建筑消防保护 / is a building protected: present, absent or unknown, with evidence'),
            ('protection_record', '消防档案依据 / what the fire record of a building says'),
            ('protection_device', '设备依据 / devices in a model, which prove their system'),
            ('protection_statement', '模型声明依据 / what a model states of its building')) v(name, meaning)
    loop
        execute format('comment on view twin.%I is %L', view_.name, view_.meaning);
        execute format('comment on column twin.%I.building_id is %L', view_.name, '建筑 / city.feature.id');
        execute format('comment on column twin.%I.protection is %L', view_.name,
            '设施 / sprinkler, indoor_hydrant, alarm_system');
        execute format('comment on column twin.%I.status is %L', view_.name, '结论 / present, absent, unknown');
        execute format('comment on column twin.%I.evidence is %L', view_.name, '依据 / who said what and when');
    end loop;
end $$;

do $$
declare
    said record;
begin
    for said in
        select v.name as view_, c.name as column_, c.meaning
        from (values ('protection_record_ever'), ('protection_device_ever')) v (name)
        cross join (values
            ('building_id', '建筑 / city.feature.id'), ('protection', '设施 / sprinkler, indoor_hydrant, alarm_system'),
            ('status', '结论 / present, absent, null: not said'), ('evidence', '依据 / who said what and when'),
            ('valid_from', '有效期起 / so in the world since; null: unknown start'),
            ('valid_to', '有效期止 / until; null: still so'),
            ('superseded_at', '更正时间 / when it was found wrong; null: believed'),
            ('kind', '类别 / kind of the device'), ('feature_id', '设备 / city.feature.id'),
            ('source', '数据来源 / data set'), ('date', '日期 / of the data'), ('confidence', '可信度 / 0 to 1')
        ) c (name, meaning)
        join pg_attribute a on a.attrelid = ('twin.' || v.name)::regclass and a.attname = c.name
    loop
        execute format('comment on column twin.%I.%I is %L', said.view_, said.column_, said.meaning);
    end loop;
end $$;
comment on view twin.protection_record_ever is '消防档案依据（全部版本）/ what every version of a fire record says';
comment on view twin.protection_device_ever is '设备依据（全部版本）/ every version of a device that proves its system';

comment on view twin.building_contents is '建筑内要素（全部版本）/ what is in a building and has a place, of all times';
comment on column twin.building_contents.building_id is '建筑 / city.feature.id';
comment on column twin.building_contents.geometry is '平面几何 / plan, in the CRS of the city';
comment on column twin.building_contents.valid_to is '有效期止 / until; null: still so';
comment on column twin.building_contents.superseded_at is '更正时间 / when it was found wrong; null: believed';

comment on table twin.schema_version is '数据库版本 / newest migration this database went through';
comment on column twin.schema_version.version_num is '迁移编号 / number of the migration';
