package pg

// Problem is something in the database that cannot be: a rewritten event, a ledger that does not match. It names the
// row.
type Problem struct {
	Table string `json:"table"`
	Row   string `json:"row"`
	What  string `json:"what"`
}

func (p Problem) String() string { return p.Table + " " + p.Row + ": " + p.Words() }

// VerifyPage is how many events are read at a time: a long history must not hold one statement open.
const VerifyPage = 2000

const NoID = "00000000-0000-0000-0000-000000000000"
