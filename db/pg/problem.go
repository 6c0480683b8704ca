package pg

// Problem is an impossible row: a rewritten event, a ledger that does not add up.
type Problem struct {
	Table string `json:"table"`
	Row   string `json:"row"`
	What  string `json:"what"`
}

func (p Problem) String() string { return p.Table + " " + p.Row + ": " + p.Words() }

// VerifyPage is how many events one read returns: a long history must not hold a statement open.
const VerifyPage = 2000

const NoID = "00000000-0000-0000-0000-000000000000"
