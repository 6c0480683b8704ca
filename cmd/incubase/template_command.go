package main

import (
	"io"
	"path/filepath"
	"strings"

	"incubase/cmd/incubase/intake"
	"incubase/workflow/text"
)

type exportTemplate struct {
	Organizations templateOrganizations `cmd:"" help:"For incubase import organizations."`
}

type templateOrganizations struct {
	Out string `short:"o" help:"File to write, .xlsx or .csv." default:"organizations.xlsx" placeholder:"FILE"`
}

// Run writes the template.
func (c *templateOrganizations) Run(s *session) error {
	return writeTemplate(s, c.Out, intake.OrganizationTitle, intake.OrganizationColumns())
}

func writeTemplate(s *session, path string, title text.Text, columns []intake.Column) error {
	return written(path, s.stdout, func(w io.Writer) error {
		if strings.EqualFold(filepath.Ext(path), ".csv") {
			return intake.WriteCSVTemplate(w, columns)
		}
		return intake.WriteTemplate(w, title, columns)
	})
}
