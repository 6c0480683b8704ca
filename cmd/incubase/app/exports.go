package app

import (
	"context"
	"errors"
	"io"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/export"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

// Exports reads lists page by page, as their readers see them, and writes them as files.
type Exports struct{ In *Installation }

// Export writes one list. It keeps one page at a time.
func (x Exports) Export(ctx context.Context, actor workflow.Actor, r export.Request, w io.Writer) error {
	switch r.List {
	case "cases":
		return x.cases(ctx, actor, r, w)
	case "organizations":
		return sheet(w, r, export.Organizations.Title, export.Organizations.Heads(), func(row func(...any) error) error {
			return pages(func(cursor string) (string, error) {
				items, next, err := x.In.DB.Spread.Organizations(ctx, registry.RecordScopeOf(actor), registry.RecordQuery{
					Region: r.Region, Words: r.Words, Kind: r.Kind, Cursor: cursor, Limit: workflow.MaxPage})
				return next,
					each(items, err,
						func(o *registry.OrganizationRecord) error { return row(export.Organizations.Cells(o, r.Lang)...) })
			})
		})
	case "rounds":
		return sheet(w, r, export.Rounds.Title, export.Rounds.Heads(), func(row func(...any) error) error {
			return pages(func(cursor string) (string, error) {
				items, next, err := x.In.DB.Spread.Rounds(ctx, registry.RecordScopeOf(actor), registry.RecordQuery{Cursor: cursor,
					Limit: workflow.MaxPage})
				return next, each(items, err, func(o *workflow.RoundRecord) error { return row(export.Rounds.Cells(o, r.Lang)...) })
			})
		})
	case "awards":
		return x.awards(ctx, r, w)
	case "board":
		if err := machine.Check(&workflow.CaseQuery{Workflow: r.Board.Workflow}, x.In.Catalog); err != nil {
			return err
		}
		board := export.Board(machine.WordingOf(x.In.Catalog, r.Board.Workflow))
		return sheet(w, r, board.Title, board.Heads(), func(row func(...any) error) error {
			q := r.Board
			q.Today = calendar.DateOf(x.In.Clock.Now())
			items, err := x.In.DB.Spread.Board(ctx, desk.ScopeOf(actor, x.In.Catalog), q)
			return each(machine.Titled(q, items, x.In.Catalog), err,
				func(c *workflow.Counts) error { return row(board.Cells(c, r.Lang)...) })
		})
	}
	return workflow.ErrNotFound
}

// cases come in the order of their birth unless another is asked for: that of the last change moves while it is read.
func (x Exports) cases(ctx context.Context, actor workflow.Actor, r export.Request, w io.Writer) error {
	scope := desk.ScopeOf(actor, x.In.Catalog)
	q := r.Cases
	q.Now, q.Limit = x.In.Clock.Now(), workflow.MaxPage
	if q.Sort == "" {
		q.Sort = "created"
	}
	return sheet(w, r, export.Cases.Title, export.Cases.Heads(), func(row func(...any) error) error {
		return pages(func(cursor string) (string, error) {
			q.Cursor = cursor
			items, next, err := x.In.DB.Spread.List(ctx, scope, q)
			return next, each(items, err, func(l *workflow.Loaded) error {
				v, err := x.In.Desk.View(actor, l)
				if errors.Is(err, workflow.ErrNotFound) {
					return nil
				}
				if err != nil {
					return err
				}
				c := export.CaseOf(l, v)
				return row(export.Cases.Cells(&c, r.Lang)...)
			})
		})
	})
}

func (x Exports) awards(ctx context.Context, r export.Request, w io.Writer) error {
	return sheet(w, r, export.Awards.Title, export.Awards.Heads(), func(row func(...any) error) error {
		return pages(func(cursor string) (string, error) {
			items, next, err := x.In.DB.Spread.PublicAwards(ctx, r.Round, r.Region, cursor, workflow.MaxPage)
			machine.WordAwards(x.In.Catalog, items)
			return next, each(items, err, func(a *workflow.Award) error { return row(export.Awards.Cells(a, r.Lang)...) })
		})
	})
}

// sheet writes a table of rows that fill brings, no more than the request allows.
func sheet(w io.Writer, r export.Request, title text.Text, heads []text.Text,
	fill func(row func(...any) error) error) error {
	t, err := export.New(w, r.Format, title.In(r.Lang), heads, r.Lang)
	if err != nil {
		return err
	}
	n := 0
	err = fill(func(cells ...any) error {
		if n++; r.Most > 0 && n > r.Most {
			return export.TooMany(r.Most)
		}
		return t.Row(cells...)
	})
	if err != nil {
		return err
	}
	return t.Close()
}

// pages reads page after page.
func pages(read func(cursor string) (next string, err error)) error {
	for cursor := ""; ; {
		next, err := read(cursor)
		if err != nil || next == "" {
			return err
		}
		cursor = next
	}
}

func each[T any](items []T, err error, do func(*T) error) error {
	for i := range items {
		if err != nil {
			return err
		}
		err = do(&items[i])
	}
	return err
}
