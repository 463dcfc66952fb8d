// The words of the interface, in both languages. Words of documents never pass through here.
const WORDS = {
  en: {
    documents: 'Documents', facts: 'Facts', reader: 'Article', totals: 'Totals', filters: 'Filters', language: '中文',
    search: 'Search facts, sentences ( / )', csv: 'CSV', marks: 'Marks', help: 'Keys', theme: 'Light or dark',
    csv_title: 'Save the facts of this view as CSV', marks_title: 'Save review marks as JSON lines',
    summary: (n, all, docs) => `${n} of ${all} facts · ${docs} documents`, loading: 'loading…', failures: (n) => ` · ${n} inputs failed`,
    kind: 'Kind', pair: 'Pair', year: 'Year', status: 'Status', flag: 'Flag', mark: 'Review', none: '– none', clear: 'Clear filters',
    text: 'Text', value: 'Value', of: 'Of', time: 'Time', doc: 'Document', pairs: 'Pairs', unit: 'Unit', each: 'Each', bound: 'Bound',
    confidence: 'Confidence', range: 'Characters', rule: 'Rule', pair_rule: 'Pair decided by', status_row: 'Status row', steps: 'Arithmetic', flags: 'Flags',
    evidence: 'Evidence', losers: 'Other pairs of the article, not this fact’s', later: 'Rules asked later would have said', same: 'the same', no_pair: 'no pair', fine: 'Below city level', county_pairs: 'county pairs',
    money: 'money', area: 'area', count: 'count', percent: 'percent', length: 'length', place: 'place', agency: 'agency', park: 'park, compound', number: 'other number', rejected: 'rejected name',
    actual: 'actual', planned: 'planned', right: 'right', wrong: 'wrong', unsure: 'unsure', exact: 'exact', about: 'about', over: 'over', at_least: 'at least', nearly: 'nearly', under: 'under', at_most: 'at most',
    measure: 'Measure', by_pair: 'By pair', by_year: 'By year', metric_facts: 'number of facts', metric_money: 'money, CNY', metric_area: 'area, m²',
    totals_note: (used, out) => `Sum of ${used} facts of this view. Left out: ${out} (other units, ranges, repeated amounts, no pair or year). Totals and parts, and articles that repeat each other, count twice.`,
    no_facts: 'No fact fits these filters.', choose: 'Choose a fact.', helper: 'helper', recipient: 'recipient', copy: 'Copy link', close: 'Close',
    change: 'Since the last save', added: 'new', changed: 'changed', sentence: 'Try a sentence (Enter)', try: 'Try', tried: 'Tried sentence', faults: 'The dictionaries have faults; the page shows what was before them.',
    news: (time, added, gone, changed) => `${time}: ${added} new, ${gone} gone, ${changed} changed`, gone: (why) => why || 'The server does not answer.',
    keys: [['j k', 'next, previous fact'], ['[ ]', 'previous, next document'], ['/', 'search'], ['Esc', 'leave the search, clear filters'], ['a x u', 'mark right, wrong, unsure'], ['t', 'totals'], ['1 – 9', 'show or hide a kind'], ['?', 'this help']],
  },
  zh: {
    documents: '文档', facts: '事实', reader: '原文', totals: '合计', filters: '筛选', language: 'English',
    search: '搜索事实和句子（/）', csv: 'CSV', marks: '标记', help: '快捷键', theme: '明暗',
    csv_title: '把当前事实存成 CSV', marks_title: '把审核标记存成 JSONL',
    summary: (n, all, docs) => `${n} / ${all} 条事实 · ${docs} 篇文档`, loading: '载入中…', failures: (n) => ` · ${n} 个输入失败`,
    kind: '种类', pair: '结对', year: '年份', status: '状态', flag: '提示', mark: '审核', none: '– 无', clear: '清除筛选',
    text: '原文', value: '数值', of: '对象', time: '时间', doc: '文档', pairs: '结对', unit: '单位', each: '每', bound: '精度',
    confidence: '把握', range: '字符位置', rule: '规则', pair_rule: '结对依据', status_row: '状态词条', steps: '算式', flags: '提示',
    evidence: '证据', losers: '文中其他结对，不属于本条', later: '后面的规则会判为', same: '相同', no_pair: '无结对', fine: '县区结对', county_pairs: '对县区',
    money: '金额', area: '面积', count: '数量', percent: '百分比', length: '长度', place: '地名', agency: '机构', park: '园区、合称', number: '其他数字', rejected: '不算地名',
    actual: '已实现', planned: '计划', right: '对', wrong: '错', unsure: '存疑', exact: '精确', about: '约', over: '超过', at_least: '至少', nearly: '近', under: '不足', at_most: '至多',
    measure: '指标', by_pair: '按结对', by_year: '按年份', metric_facts: '事实条数', metric_money: '金额（人民币元）', metric_area: '面积（平方米）',
    totals_note: (used, out) => `当前视图 ${used} 条之和。未计入 ${out} 条（其他单位、区间、每份金额、无结对或年份）。总数与其中数、重复报道会重复计算。`,
    no_facts: '没有符合筛选的事实。', choose: '请选一条事实。', helper: '帮扶方', recipient: '受援方', copy: '复制链接', close: '关闭',
    change: '上次保存以来', added: '新增', changed: '有变', sentence: '试一句（回车）', try: '试', tried: '试的句子', faults: '词典有毛病；页面仍是此前的结果。',
    news: (time, added, gone, changed) => `${time}：新增 ${added} 条，消失 ${gone} 条，变化 ${changed} 条`, gone: (why) => why || '服务没有应答。',
    keys: [['j k', '下一条、上一条事实'], ['[ ]', '上一篇、下一篇文档'], ['/', '搜索'], ['Esc', '离开搜索、清除筛选'], ['a x u', '标为对、错、存疑'], ['t', '合计'], ['1 – 9', '显示或隐藏一类'], ['?', '本帮助']],
  },
};
let language = (navigator.language || '').startsWith('zh') ? 'zh' : 'en';
const say = (key, ...values) => {
  const word = WORDS[language][key];
  return typeof word === 'function' ? word(...values) : word ?? key;
};
