package pg

import "strings"

// problemWords maps the beginning of a problem's English to its Chinese.
var problemWords = []struct{ begins, zh string }{
	{"is not as its last event left it", "与最后一次操作留下的内容不一致，有人绕过系统改动过"},
	{"its last event does not bind it", "最后一次操作没有为它留下验证码：不是系统写入的，或此前已被改动"},
	{"is not as the last entry of its log left it", "与资料日志最后一条留下的内容不一致，有人绕过系统改动过"},
	{"its last entry does not bind it", "资料日志最后一条没有验证码：不是系统写入的，或此前已被改动"},
	{"no entry of the log says who made it", "资料日志中没有它的来历，不是系统写入的"},
	{"no server wrote it", "不是系统写入的，没有验证码"},
	{"is not as a server wrote it", "与系统写入时不一致"},
	{"it, or its answers, postings", "该操作或它写下的答复、记账、公文、信号、异议、辅导与当时不一致"},
	{"are not those that were frozen", "与固化时的答复不一致"},
	{"names no act that wrote it", "没有任何操作写下它"},
	{"no act took the force of this paper", "没有任何操作使这份公文失效"},
	{"case_id: no act named this file", "case_id：没有任何操作把这份附件归入该案件"},
	{"its content is not on this disk", "附件内容不在本机磁盘上"},
	{"its content on disk is not what was uploaded", "磁盘上的附件内容与上传时不一致"},
	{"its content cannot be read", "附件内容无法读取"},
	{"due_on: another day", "due_on：到期日与计时推算的不一致"},
	{"clocks: closes at another time", "clocks：截止时间与批次资料不一致"},
	{"state: ", "state：批次资料的状态与案件不一致"},
	{"are not those of the case's clocks", "与案件的计时不一致"},
	{"are not those of the case", "与案件的评审人、会签单位、填写人不一致"},
	{"is not at its latest event", "不在最后一次操作的状态上"},
	{"a value of the entry was changed", "该条记录的内容被改动"},
	{"previous hash does not match", "与上一条记录接不上"},
	{"an entry before it is missing", "前面缺少记录"},
	{"it is on no chain", "没有链入登录记录"},
	{"what was said is gone without an erasure", "内容不见了，又没有删除的记录"},
	{"what was said was changed", "内容被改动"},
	{"envelope says", "批次额度与记账不一致"},
	{"says held", "金额与记账不一致"},
	{"a payment and the ledger disagree", "支付状态与记账不一致"},
	{"it says something else than its event", "与提出异议时的内容不一致"},
	{"its answer says something else", "答复与当时的操作不一致"},
	{"counts ", "异议件数与异议表不一致"},
}

// Chinese returns "" where only English exists.
func (p Problem) Chinese() string {
	for _, w := range problemWords {
		if strings.HasPrefix(p.What, w.begins) {
			return w.zh
		}
	}
	if strings.HasPrefix(p.What, "says ") && p.Table == "rounds" {
		return "立项个数与记账不一致"
	}
	return ""
}

func (p Problem) Words() string {
	if zh := p.Chinese(); zh != "" {
		return zh + " / " + p.What
	}
	return p.What
}
