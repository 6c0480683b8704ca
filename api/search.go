package api

import (
	"context"

	"incubase/workflow"
)

func (s *service) search() {
	handle(s, route{method: "GET", path: Base + "/search", id: "search", tag: "cases",
		summary: "Search everything the reader may see", errors: []int{422},
		about: "Cases, organizations, projects, rounds and agencies, and people for those who keep accounts: each as its " +
			"own list has it for this reader. All words must occur; case and the width of letters do not matter; two " +
			"characters of Chinese are enough. Twenty of each kind are counted; of one kind alone, two hundred."}, s.getSearch)
}

type findInput struct {
	Words string `query:"q" required:"true" minLength:"1" maxLength:"100" example:"助餐"`
	Kind  string `query:"kind" enum:"cases,organizations,projects,rounds,agencies,people" doc:"One kind alone."`
}

func (s *service) getSearch(ctx context.Context, in *findInput) (*many[workflow.Found], error) {
	found, err := s.Finder.Find(ctx, who(ctx), in.Words, in.Kind)
	return page(found, "", err)
}
