package main

import (
	"io"
	"path/filepath"
	"strings"

	"incubase/cmd/incubase/app"
	"incubase/workflow/intake"
	"incubase/workflow/text"
)

type exportTemplate struct {
	Organizations templateOrganizations `cmd:"" help:"For incubase import organizations."`
	Applications  templateApplications  `cmd:"" help:"For incubase import applications, after the form of a round."`
}

type templateOrganizations struct {
	Out string `short:"o" help:"File to write, .xlsx or .csv." default:"organizations.xlsx" placeholder:"FILE"`
}

func (c *templateOrganizations) Run(s *app.Session) error {
	return writeTemplate(s, c.Out, intake.OrganizationTitle, intake.OrganizationColumns())
}

type templateApplications struct {
	app.Common
	Round string `required:"" help:"The round: reference or id." placeholder:"REF"`
	Out   string `short:"o" help:"File to write, .xlsx or .csv." default:"applications.xlsx" placeholder:"FILE"`
}

func (c *templateApplications) Run(s *app.Session) error {
	in, err := c.OpenExisting(s.Ctx, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	r, err := round(in, s.Ctx, owner(), c.Round)
	if err != nil {
		return err
	}
	return writeTemplate(s, c.Out, intake.ApplicationTitle, intake.FormOf(r.Form, r.Tracks).Columns)
}

func writeTemplate(s *app.Session, path string, title text.Text, columns []intake.Column) error {
	return written(path, s.Stdout, func(w io.Writer) error {
		if strings.EqualFold(filepath.Ext(path), ".csv") {
			return intake.WriteCSVTemplate(w, columns)
		}
		return intake.WriteTemplate(w, title, columns)
	})
}
