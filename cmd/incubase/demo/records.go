package demo

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"incubase/workflow"
	"incubase/workflow/credit"
	"incubase/workflow/registry"
)

// Records are created as the system, like imports of the installation's owner.

func recordKey(parts ...string) registry.RecordCommand {
	key := "demo"
	for _, p := range parts {
		key += "/" + p
	}
	return registry.RecordCommand{Key: key}
}

func (l *loader) makeAgencies(ctx context.Context) error {
	for _, a := range l.data.agencies {
		n := registry.NewAgency{Name: workflow.Text{ZH: a.ZH, EN: a.EN}, Kind: a.Kind, Region: string(a.Region)}
		made, err := l.registry.CreateAgency(ctx, workflow.System(), n, recordKey("agency", a.Key))
		if err != nil {
			return fmt.Errorf("agency %s: %w", a.Key, err)
		}
		l.ids.set("agency/"+a.Key, made.ID)
		for _, c := range a.Competent {
			n := registry.NewCompetence{Topic: c.Topic, Region: string(a.Region), Action: c.Action}
			if _, err := l.registry.SetCompetence(ctx, workflow.System(), made.ID, n, recordKey("competence", a.Key,
				c.Topic)); err != nil {
				return fmt.Errorf("competence of %s for %s: %w", a.Key, c.Topic, err)
			}
		}
	}
	return nil
}

// makeOrganizations registers fiscal hosts first.
func (l *loader) makeOrganizations(ctx context.Context) error {
	for _, hosted := range []bool{false, true} {
		for i := range l.data.organizations {
			o := &l.data.organizations[i]
			if (o.Host != "") != hosted {
				continue
			}
			if err := l.makeOrganization(ctx, o, i+1); err != nil {
				return fmt.Errorf("organization %s: %w", o.Key, err)
			}
		}
	}
	return nil
}

func (l *loader) makeOrganization(ctx context.Context, o *organization, serial int) error {
	n := registry.NewOrganization{Name: o.Name, Kind: o.Kind, FilingNumber: o.Filing, CreditOverride: o.Override,
		Region: string(o.Region), Address: o.Address, About: o.About, Founded: o.Founded, Topics: o.Topics,
		CreditCode: o.code(serial)}
	if o.Host != "" {
		n.FiscalHost = l.ids.get("organization/" + o.Host)
	}
	made, err := l.registry.CreateOrganization(ctx, workflow.System(), n, recordKey("organization", o.Key))
	if err != nil {
		return err
	}
	l.ids.set("organization/"+o.Key, made.ID)
	for _, p := range o.Projects {
		n := registry.NewProject{Title: p.Title, Summary: p.Summary, Topics: p.Topics}
		made, err := l.registry.CreateProject(ctx, workflow.System(), made.ID, n, recordKey("project", o.Key, p.Key))
		if err != nil {
			return fmt.Errorf("project %s: %w", p.Key, err)
		}
		l.ids.set("project/"+o.Key+"/"+p.Key, made.ID)
	}
	return nil
}

// code returns a generated credit code for registered invented organizations; real ones get none.
func (o *organization) code(serial int) string {
	prefix, registered := map[string]string{"social_group": "51", "service_org": "52"}[o.Kind]
	if o.Article || !registered {
		return ""
	}
	return credit.Generate(prefix, string(o.Region.County()), serial)
}

// makeUsers creates the logins, and a head for each organization without one. All share one password hash, since
// hashing takes longer than all else.
func (l *loader) makeUsers(ctx context.Context) error {
	g, abreast := errgroup.WithContext(ctx)
	g.SetLimit(width)
	for _, u := range l.everybody() {
		g.Go(func() error {
			if err := l.makeUser(abreast, u); err != nil {
				return fmt.Errorf("user %s: %w", u.Login, err)
			}
			return nil
		})
	}
	return g.Wait()
}

func (l *loader) everybody() (out []user) {
	headed := map[string]bool{}
	for _, u := range l.data.users {
		headed[u.Organization] = true
		if u.Login != LastLogin {
			out = append(out, u)
		}
	}
	for _, o := range l.data.organizations {
		if !headed[o.Key] && len(o.Projects) > 0 {
			out = append(out, head(o))
		}
	}
	return out
}

// makeLast creates the login that marks a complete load.
func (l *loader) makeLast(ctx context.Context) error {
	for _, u := range l.data.users {
		if u.Login != LastLogin {
			continue
		}
		if err := l.makeUser(ctx, u); err != nil {
			return fmt.Errorf("user %s: %w", u.Login, err)
		}
	}
	return nil
}

// head returns an organization's only person, who prepares and certifies.
func head(o organization) user {
	u := user{Login: "head-" + o.Key, Name: "负责人（" + clip(o.Name, 40) + "）", Organization: o.Key}
	for _, r := range []workflow.Role{workflow.RolePreparer, workflow.RoleCertifier} {
		u.Roles = append(u.Roles, role{Role: r, Organization: o.Key})
	}
	return u
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

func (l *loader) makeUser(ctx context.Context, u user) error {
	a := workflow.Actor{Login: u.Login, Name: u.Name}
	if u.Organization != "" {
		a.Organization = l.ids.get("organization/" + u.Organization)
	}
	if u.Agency != "" {
		a.Agency = l.ids.get("agency/" + u.Agency)
	}
	n := registry.NewUser{Login: u.Login, Name: u.Name, Organization: a.Organization, Agency: a.Agency}
	made, err := l.registry.AddWithHash(ctx, n, l.password, recordKey("user", u.Login))
	if err != nil {
		return err
	}
	a.ID = made.ID
	l.people.set(u.Login, a)
	for _, r := range u.Roles {
		n := workflow.NewRole{Role: r.Role, Region: string(r.Region)}
		if r.Agency != "" {
			n.Agency = l.ids.get("agency/" + r.Agency)
		}
		if r.Organization != "" {
			n.Organization = l.ids.get("organization/" + r.Organization)
		}
		if err := l.grant(ctx, u.Login, n); err != nil {
			return err
		}
		l.remember(u, r, n)
	}
	return nil
}

func (l *loader) remember(u user, r role, n workflow.NewRole) {
	a := l.people.get(u.Login)
	switch r.Role {
	case workflow.RolePreparer, workflow.RoleCertifier:
		l.people.set(string(r.Role)+"/"+r.Organization, a)
	case workflow.RoleCosigner:
		l.people.set("agency/"+n.Agency, a)
	}
}

// grant gives a login a role, also in the load's own copy of the person.
func (l *loader) grant(ctx context.Context, login string, n workflow.NewRole) error {
	a := l.people.get(login)
	made, err := l.registry.GrantRole(ctx, workflow.System(), a.ID, n, recordKey("role", login, string(n.Role), n.Region,
		n.Round))
	if err != nil {
		return fmt.Errorf("grant %s the role of %s: %w", login, n.Role, err)
	}
	a.Roles = append(a.Roles[:len(a.Roles):len(a.Roles)], made.Grant)
	l.people.set(login, a)
	l.people.set(a.ID, a)
	return nil
}
