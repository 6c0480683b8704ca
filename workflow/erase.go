package workflow

import (
	"slices"
	"time"
)

type ErasureKind string

const (
	// an account: name, login, password, sessions, addresses, and the texts in its log
	ErasePerson   ErasureKind = "person"
	ErasePayload  ErasureKind = "payload"  // of one event, with the texts and files that it left on the case
	EraseDraft    ErasureKind = "draft"    // all of a case that was never submitted
	EraseAnswer   ErasureKind = "answer"   // one answer, in every revision and draft of a case
	EraseObjector ErasureKind = "objector" // name, contact, text and files of one objection
	EraseFile     ErasureKind = "file"     // one file of a case
	EraseEntry    ErasureKind = "entry"    // the texts of one entry of a record's log
	EraseName     ErasureKind = "name"     // of an erased person, on a case
)

// ErasureKinds lists the kinds that a person may request.
var ErasureKinds = []struct {
	Kind  ErasureKind
	Label Text
}{
	{Kind: ErasePerson, Label: Text{ZH: "账号（人员）", EN: "A person's account"}},
	{Kind: ErasePayload, Label: Text{ZH: "一次办理的内容", EN: "What was said in one act"}},
	{Kind: EraseDraft, Label: Text{ZH: "未提交的草稿", EN: "A draft that was never submitted"}},
	{Kind: EraseAnswer, Label: Text{ZH: "申报中的一项回答", EN: "One answer of an application"}},
	{Kind: EraseObjector, Label: Text{ZH: "异议人信息", EN: "Who objected"}},
	{Kind: EraseFile, Label: Text{ZH: "一个附件", EN: "One file"}},
	{Kind: EraseEntry, Label: Text{ZH: "一条登记变更记录", EN: "One entry of a record's log"}},
}

func (k ErasureKind) Label() Text {
	for _, x := range ErasureKinds {
		if x.Kind == k {
			return x.Label
		}
	}
	if k == EraseName {
		return Text{ZH: "人员姓名（随账号删除）", EN: "A person's name, with the account"}
	}
	return Text{ZH: string(k), EN: string(k)}
}

// EraseDoc tells the store what to clear beside a case.
type EraseDoc struct {
	ID       ID          `json:"id"`
	Kind     ErasureKind `json:"kind"`
	Case     ID          `json:"case_id"`
	Seq      int         `json:"seq"` // of the event of this act
	Actor    ID          `json:"actor_id"`
	At       time.Time   `json:"at"`
	Reason   string      `json:"reason"`
	Event    int         `json:"event,omitempty"`
	Question string      `json:"question,omitempty"`
	N        int         `json:"n,omitempty"`
	File     ID          `json:"file,omitempty"`
	User     ID          `json:"user,omitempty"`
}

func (c *Case) ClearTexts(texts []string) {
	for i := range c.Assignments {
		if a := &c.Assignments[i]; slices.Contains(texts, a.Comment) {
			a.Comment = ""
		}
	}
	for i := range c.Cosigns {
		if s := &c.Cosigns[i]; slices.Contains(texts, s.Opinion) {
			s.Opinion = ""
		}
	}
	for _, doc := range c.Parts {
		if said, ok := doc.(Said); ok {
			said.ClearTexts(texts)
		}
	}
	for name, v := range c.Data {
		if s, ok := v.(string); ok && slices.Contains(texts, s) {
			c.Data[name] = ""
		}
	}
}

func (c *Case) Rename(user ID, name string) {
	for i := range c.Assignments {
		if a := &c.Assignments[i]; a.User == user {
			a.Name = name
		}
	}
	for i := range c.Approvals {
		if a := &c.Approvals[i]; a.By == user {
			a.Name = name
		}
	}
	for _, doc := range c.Parts {
		if said, ok := doc.(Said); ok {
			said.Rename(user, name)
		}
	}
}
