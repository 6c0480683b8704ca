package main

import (
	"io"
	"path/filepath"
	"strings"

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

// Run writes the template.
func (c *templateOrganizations) Run(s *session) error {
	return writeTemplate(s, c.Out, intake.OrganizationTitle, intake.OrganizationColumns())
}

type templateApplications struct {
	common
	Round string `required:"" help:"The round: reference or id." placeholder:"REF"`
	Out   string `short:"o" help:"File to write, .xlsx or .csv." default:"applications.xlsx" placeholder:"FILE"`
}

// Run writes the template of a round's form.
func (c *templateApplications) Run(s *session) error {
	in, err := c.openExisting(s.ctx, c.logger(s.stderr))
	if err != nil {
		return err
	}
	defer in.close()
	r, err := in.round(s.ctx, owner(), c.Round)
	if err != nil {
		return err
	}
	return writeTemplate(s, c.Out, intake.ApplicationTitle, intake.FormOf(r.Form, r.Tracks).Columns)
}

func writeTemplate(s *session, path string, title text.Text, columns []intake.Column) error {
	return written(path, s.stdout, func(w io.Writer) error {
		if strings.EqualFold(filepath.Ext(path), ".csv") {
			return intake.WriteCSVTemplate(w, columns)
		}
		return intake.WriteTemplate(w, title, columns)
	})
}
