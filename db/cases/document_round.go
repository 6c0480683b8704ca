package cases

import (
	"encoding/json"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/region"
)

type roundDoc struct {
	ID         workflow.ID      `json:"id"`
	State      workflow.State   `json:"state"`
	NameZH     string           `json:"name_zh"`
	NameEN     string           `json:"name_en"`
	Kind       string           `json:"kind"`
	Region     region.Code      `json:"region"`
	Agency     *workflow.ID     `json:"agency_id"`
	Opens      *time.Time       `json:"opens_at"`
	Closes     *time.Time       `json:"closes_at"`
	Tracks     []workflow.Track `json:"tracks"`
	Rules      workflow.Rules   `json:"rules"`
	Form       json.RawMessage  `json:"form,omitempty"`
	FormNumber int              `json:"form_number"`
	Total      int64            `json:"total_fen"`
	Definition int              `json:"definition_version"`
	Created    time.Time        `json:"created_at"`
	Updated    time.Time        `json:"updated_at"`
}

func newRoundDoc(id workflow.ID, state workflow.State, at time.Time, r *workflow.RoundRecord) roundDoc {
	return roundDoc{ID: id, State: state, NameZH: r.Name.ZH, NameEN: r.Name.EN, Kind: r.Kind, Region: r.Region,
		Agency: pg.Opt(r.Agency),
		Opens:  r.Opens, Closes: r.Closes, Tracks: pg.List(r.Tracks), Rules: r.Rules, Form: r.Form, FormNumber: r.FormNumber,
		Total: int64(r.Total), Definition: max(1, r.Definition), Created: pg.Micro(at), Updated: pg.Micro(at)}
}
