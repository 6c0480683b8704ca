package walk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"incubase/workflow/money"
)

type source struct {
	Grants []row `json:"grants"`
}

type row struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Amount      json.RawMessage `json:"amountAwarded"`
	Recipients  []recipient     `json:"recipientOrganization"`
	Programmes  []struct {
		Title string `json:"title"`
	} `json:"grantProgramme"`
}

type recipient struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Locality string `json:"addressLocality"`
	Country  string `json:"addressCountry"`
}

// LeftOut is a row of the file that cannot become an application.
type LeftOut struct {
	ID     string
	Reason string
}

// application is a row as it is filed here, its amount read as yuan.
type application struct {
	row       string // the file's own id
	title     string
	summary   string
	programme string
	recipient recipient
	amount    money.Fen
}

// readGrants returns the rows of a 360Giving file as applications, at most count of them (0: all), and the unusable
// rows, which do not count.
func readGrants(path string, count int) ([]application, []LeftOut, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open the grants: %w", err)
	}
	defer f.Close()
	return decodeGrants(f, count)
}

func decodeGrants(r io.Reader, count int) ([]application, []LeftOut, error) {
	var s source
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return nil, nil, fmt.Errorf("decode the grants: %w", err)
	}
	if len(s.Grants) == 0 {
		return nil, nil, errors.New("the file holds no grants")
	}
	var use []application
	var out []LeftOut
	seen := map[string]bool{}
	for i, g := range s.Grants {
		if count > 0 && len(use) == count {
			break
		}
		if g.ID == "" {
			g.ID = fmt.Sprintf("row %d", i+1)
		}
		a, err := g.application()
		if err == nil && seen[g.ID] {
			err = errors.New("the id stands in the file twice")
		}
		if err != nil {
			out = append(out, LeftOut{ID: g.ID, Reason: err.Error()})
			continue
		}
		seen[g.ID] = true
		use = append(use, a)
	}
	return use, out, nil
}

func (g row) application() (application, error) {
	amount, err := g.amount()
	if err != nil {
		return application{}, err
	}
	if len(g.Recipients) == 0 || strings.TrimSpace(g.Recipients[0].Name) == "" {
		return application{}, errors.New("no recipient is named")
	}
	title := strings.TrimSpace(g.Title)
	if title == "" {
		return application{}, errors.New("no title")
	}
	a := application{row: g.ID, title: title, summary: strings.TrimSpace(g.Description), recipient: g.Recipients[0],
		amount: amount}
	if a.summary == "" {
		a.summary = title
	}
	if a.recipient.ID == "" {
		a.recipient.ID = a.recipient.Name
	}
	if len(g.Programmes) > 0 {
		a.programme = g.Programmes[0].Title
	}
	return a, nil
}

// amount parses the number's text: no binary fraction touches money.
func (g row) amount() (money.Fen, error) {
	text := strings.TrimSpace(string(g.Amount))
	if text == "" || text == "null" {
		return 0, errors.New("no amount")
	}
	text = strings.Trim(text, `"`)
	if whole, zeros, ok := strings.Cut(text, "."); ok && strings.Trim(zeros, "0") == "" {
		text = whole
	}
	fen, err := money.ParseYuan(text)
	if err != nil {
		return 0, fmt.Errorf("unusable amount %s", text)
	}
	if fen == 0 {
		return 0, errors.New("the amount is zero")
	}
	return fen, nil
}
