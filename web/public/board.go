package public

import (
	"bytes"
	"net/http"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow/machine"
	"incubase/workflow/text"
)

var boardTitle = text.Text{ZH: "进度总览", EN: "Board"}

// Board shows counts and sums by stage within the reader's scope.
func (s *PublicPages) Board(v *ui.Visit) error {
	p, err := s.Panel(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, boardTitle, BoardPage(p))
}

// LiveBoard streams the HTML of a board's figures whenever they change.
func (s *PublicPages) LiveBoard(v *ui.Visit) error {
	p, _, err := s.PanelAt(v)
	if err != nil {
		return err
	}
	stream, err := s.Live.Open(v.Ctx, p.Query())
	if err != nil {
		return err
	}
	return stream.Serve(v, func(_ *edge.Snapshot, now edge.Snapshot) (string, []byte, error) {
		p.Rows, v.Frame.Now = machine.Titled(p.Query(), now.Items, s.Desk.Machines), now.At
		var b bytes.Buffer
		err := boardFigures(p).Render(v.Ctx, &b)
		return "board", b.Bytes(), err
	})
}
