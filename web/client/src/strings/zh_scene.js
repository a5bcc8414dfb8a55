/** 三维工具部分的中文文字。 */
export const zhScene = {
  'hours.title': '某点的日照时数', 'hours.pick': '选取一点', 'hours.again': '另选一点', 'hours.click': '请点击墙面、窗台或地面上的一点。', 'hours.value': '{hours} 小时', 'hours.least': '至少 {hours}', 'hours.of': '直射日照，真太阳时 {from}—{to}', 'hours.met': '达到大寒日 {least} 小时的住宅标准（GB 50180，大城市、IV 类气候区）', 'hours.unmet': '达不到大寒日 {least} 小时的住宅标准（GB 50180，大城市、IV 类气候区）', 'hours.maybe': '能否达到大寒日 {least} 小时的住宅标准，取决于高程未知的地形（GB 50180）', 'hours.dim': '另有 {hours}（{spans}）无法判断：太阳较低，光线经过高程未知的地方，那里的地面可能比此点高出多至 {relief} 米。这段时间没有计入日照。', 'hours.bar': '有日照的时段：{spans}', 'hours.blockers': '被什么遮挡', 'hours.face': '所在墙面背向太阳', 'hours.hill': '山体', 'hours.model': '未命名的模型', 'hours.others': '还有 {count} 栋遮挡较短。', 'hours.free': '这段时间没有遮挡。', 'hours.unknown': '附近有 {count} 栋建筑高度未知，没有计入。', 'hours.note': '{day}，每 {step} 分钟算一次；互相重叠的遮挡各自计时。真太阳时 12:00 是北京时间 {noon}。建筑按现状形体计算，精细模型按构件计算，透明玻璃不遮挡。', 'hours.ground': '山体按地形“{name}”计算。', 'hours.noground': '没有地形数据，未计山体遮挡。',
  'profile.title': '埋设剖面', 'profile.draw': '画剖面线', 'profile.again': '重新画线', 'profile.done': '画好了', 'profile.click': '依次点击剖面线经过的地面位置，至少两点。', 'profile.note': '沿一条线看地面和地下管线：按埋深排列，含线两侧 3 m 内并行的管线。', 'profile.open': '单独打开',
  'placing.title': '模型定位建议', 'placing.stated': '原位置', 'placing.proposed': '建议位置', 'placing.nowhere': '模型没有说明位置', 'placing.shift': '移动 {shift} m', 'placing.open': '查看并决定', 'placing.go': '到这里去',
  'tool.nomodel': '所选建筑没有模型：没有可以透视或分层的内部。', 'dossier.nameless': '建筑（编号 {id}）',
  'apart.beside': '成排平铺（按当前画面向右）', 'measure.unit': '单位', 'measure.unit.m': '米', 'measure.unit.ft': '英尺',
  'layer.cnt': '等高线', 'layer.pcl': '点云', 'layers.only3d': '点云只在三维城市里显示。', 'layers.choice.class': '按分类', 'layers.choice.height': '按高程',
  'cloud.class.1': '未分类', 'cloud.class.2': '地面', 'cloud.class.3': '低植被', 'cloud.class.4': '中植被', 'cloud.class.5': '高植被', 'cloud.class.6': '建筑', 'cloud.class.9': '水面', 'cloud.class.10': '轨道', 'cloud.class.11': '路面', 'cloud.class.17': '桥面',
  'block.one': '这里代表一栋小建筑，靠近后显示其本身', 'block.many': '这里代表 {count} 栋小建筑，靠近后逐栋显示',
  'theme.contrast': '高对比度',
};
