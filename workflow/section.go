package workflow

import (
	"time"

	"incubase/workflow/money"
)

// Section is a table of a case's page, as data.
type Section struct {
	Label   Text
	Columns []Column
	Rows    [][]Cell // the first cell of a row names it
}

type Column struct {
	Label  Text
	Number bool
}

// Cell is a text, an amount or a moment, or a text followed by one of them. An empty one shows nothing.
type Cell struct {
	Text   Text
	Amount *money.Fen
	At     *time.Time
}
