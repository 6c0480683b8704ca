package clean

import "strings"

// privateUse maps private-use characters of GBK fonts to their Unicode ones (GB 18030-2022, annex D): older systems
// store names such as 王䶮 with them.
var privateUse = private(map[rune]string{
	0xE78D: "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19",
	0xE7C7: "\u1e3f\u01f9",
	0xE7E7: "〾\u2ff0\u2ff1\u2ff2\u2ff3\u2ff4\u2ff5\u2ff6\u2ff7\u2ff8\u2ff9\u2ffa\u2ffb",
	0xE815: "\u2e81𠂇𠂉𠃌\u2e84㑳㑇\u2e88\u2e8b龴㖞㘚㘎\u2e8c\u2e97㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠\u2ea7𡗗龸\u2eaa䁖䅟\u2eae䌷\u2eb3\u2eb6\u2eb7𢦏䎱" +
		"䎬\u2ebb䏝䓖䙡䙌龹䜣䜩䝼䞍\u2eca䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻",
})

func private(runs map[rune]string) map[rune]rune {
	out := map[rune]rune{}
	for first, run := range runs {
		for i, r := range []rune(run) {
			out[first+rune(i)] = r
		}
	}
	return out
}

// radicals maps the block CJK Radicals Supplement to ideographs of the same look (EquivalentUnifiedIdeograph of
// Unicode); NFKC folds only the Kangxi radicals. The schema's identity_of does the same.
var radicals = pairs(
	"⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳"+
		"⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥"+
		"⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
	"厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁"+
		"冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼"+
		"鸟卤麦黄黾斉齐歯齿竜龙龜亀龟")

func pairs(from, to string) *strings.Replacer {
	other := []rune(to)
	var list []string
	for i, r := range []rune(from) {
		list = append(list, string(r), string(other[i]))
	}
	return strings.NewReplacer(list...)
}
