package ui

func (q *Question) BlankAnswer() bool { return q.Value == "" && len(q.Lines) == 0 }
