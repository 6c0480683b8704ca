package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

var approvalTitle = text.Text{ZH: "批准流程版本", EN: "Approve a version"}

// keyTurn is the page of a version's second key.
type keyTurn struct {
	*vet.DefinitionApproval
	Approves  bool // the reader may
	Withdraws bool
	Tries     bool
	Trial     *vet.Trial // nil: not asked for
	Faults    []string
	Note      string
}

type version struct {
	Number int
	Status vet.DefinitionStatus
}

func (s *AdminPages) versions(name string) (out []version) {
	for _, n := range s.Definitions.Versions(name) {
		out = append(out, version{n, s.Definitions.Standing(name, n).Status})
	}
	return out
}

// waitingVersions returns all versions that wait for approval.
func (s *AdminPages) waitingVersions() (out []flow) {
	for _, f := range s.flows() {
		for _, v := range s.versions(f.Name) {
			if v.Status == vet.DefinitionWaiting {
				out = append(out, flow{Name: f.Name, Title: f.Title, Versions: []int{v.Number}})
			}
		}
	}
	return out
}

func approvalPath(name string, version int) string {
	return fmt.Sprintf("/workflows/%s/versions/%d/approval", name, version)
}

func trialPath(name string, version int) string {
	return fmt.Sprintf("/workflows/%s/versions/%d/trial", name, version)
}

func (s *AdminPages) ApprovalPage(v *ui.Visit) error {
	return s.showApproval(v, http.StatusOK, nil, nil)
}

// TrialPage is the page of the second key, with what would become of live cases.
func (s *AdminPages) TrialPage(v *ui.Visit) error {
	n, err := strconv.Atoi(v.Param("n"))
	if err != nil {
		return workflow.ErrNotFound
	}
	t, err := s.Trials.Try(v.Ctx, *v.Frame.Actor, v.Param("name"), n)
	if err != nil {
		return err
	}
	return s.showApproval(v, http.StatusOK, nil, t)
}

func (s *AdminPages) showApproval(v *ui.Visit, status int, faults []string, t *vet.Trial) error {
	n, err := strconv.Atoi(v.Param("n"))
	if err != nil || !vet.SeesApprovals(*v.Frame.Actor) {
		return workflow.ErrNotFound
	}
	a, err := s.Definitions.Approval(v.Param("name"), n)
	if err != nil {
		return err
	}
	mine := vet.May(*v.Frame.Actor, workflow.KindWorkflow, "approve")
	k := &keyTurn{DefinitionApproval: a, Faults: faults, Note: v.FormValue("note"),
		Approves:  mine && a.Status != vet.DefinitionApproved && a.Loader != v.Frame.Actor.ID,
		Withdraws: mine && a.Status != vet.DefinitionWithdrawn, Tries: vet.MayTry(*v.Frame.Actor), Trial: t}
	return v.Show(status, approvalTitle, approvalView(k))
}

func (s *AdminPages) Approve(v *ui.Visit) error { return s.turnKey(v, s.Loader.Approve) }

func (s *AdminPages) Withdraw(v *ui.Visit) error { return s.turnKey(v, s.Loader.Withdraw) }

func (s *AdminPages) turnKey(v *ui.Visit, turn func(ctx context.Context, actor workflow.Actor, name string, version int,
	note string) (*vet.DefinitionApproval, error)) error {
	n, err := strconv.Atoi(v.Param("n"))
	if err != nil {
		return workflow.ErrNotFound
	}
	_, err = turn(v.Ctx, *v.Frame.Actor, v.Param("name"), n, strings.TrimSpace(v.FormValue("note")))
	var refused *workflow.Refused
	switch {
	case errors.As(err, &refused) && vet.SeesApprovals(*v.Frame.Actor):
		var faults []string
		for _, r := range refused.Refusals {
			faults = append(faults, r.Message.In(v.Frame.Lang))
		}
		return s.showApproval(v, edge.StatusOf(err), faults, nil)
	case err != nil:
		return err
	}
	return v.Onward(approvalPath(v.Param("name"), n), "done")
}

func withdrawal(ctx context.Context, k *keyTurn) string {
	if k.Status == vet.DefinitionWaiting {
		return ui.Say(ctx, sayRefuseThisVersion)
	}
	return ui.Say(ctx, sayWithdrawItOpensNothing)
}

// through says who brought a version to its state, and when.
func (k *keyTurn) through(ctx context.Context) []string {
	var out []string
	if k.LoadedBy == "" {
		out = append(out, ui.Say(ctx, sayCameWithTheRelease))
	} else {
		out = append(out, ui.Say(ctx, sayLoadedBy, k.LoadedBy, ui.Moment(ctx, *k.Loaded)))
	}
	if k.Approved != nil {
		by := k.ApprovedBy
		if by == "" {
			by = ui.Say(ctx, sayTheRelease)
		}
		out = append(out, ui.Say(ctx, sayApprovedBy, by, ui.Moment(ctx, *k.Approved)))
	}
	if k.Withdrawn != nil {
		out = append(out, ui.Say(ctx, sayWithdrawnBy, k.WithdrawnBy, ui.Moment(ctx, *k.Withdrawn)))
	}
	return out
}
