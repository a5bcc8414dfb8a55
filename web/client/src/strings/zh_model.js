/** 建筑模型部分的中文文字。 */
export const zhModel = {
  'model.choose': '模型', 'model.tree': '构件', 'model.search': '在模型内查找', 'model.search.placeholder': '名称、类别、材料、编号、属性', 'model.found': '找到 {count} 个', 'model.found.none': '没有找到', 'model.more': '再显示 {count} 个', 'model.nofloor': '不在楼层上',
  'model.colour': '构件着色', 'model.colour.none': '模型原色', 'model.colour.changes': '版本差异', 'model.colour.checks': '检查结果', 'model.colour.columns': '按字段', 'model.colour.properties': '按属性集', 'model.colour.others': '其余 {count} 种', 'model.colour.ghost': '其余构件变淡；点图例只看一类。', 'model.colour.alone': '点图例只看一类，再点一次复原。', 'model.colour.need3d': '颜色显示在三维视图里。', 'model.open3d': '打开三维视图',
  'model.change.added': '新增', 'model.change.removed': '删除', 'model.change.moved': '移动', 'model.change.reshaped': '改形', 'model.change.properties': '属性变更', 'model.change.one': '只有一个版本，没有可比较的。', 'model.change.from': '旧版本', 'model.change.to': '新版本', 'model.change.none': '两个版本没有差异。', 'model.change.far': '移动 {far} m',
  'model.check.fail': '不合格', 'model.check.unknown': '无法判断', 'model.check.pass': '合格', 'model.check.none': '还没有检查过。在服务器上运行 twin check --store，结果就显示在这里。', 'model.check.stale': '检查之后模型又更新过，结果可能过时。', 'model.check.at': '检查于 {age}', 'model.check.clear': '没有发现问题。', 'model.check.undecided': '无法判断的规则：{count} 条', 'model.check.unplaced': '（未指明构件）',
  'object.close': '收起构件', 'object.fly': '转到此处', 'object.sets': '属性集', 'object.units': '属性集中的数值已换算为国际单位：长度 m，面积 m²，体积 m³。', 'object.groups': '所属系统与分区', 'object.materials': '材料', 'object.api': '数据接口', 'object.source': '来自 {file}', 'object.withdrawn': '这个构件已不在模型里。',
};
