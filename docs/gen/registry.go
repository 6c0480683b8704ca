package main

import (
	"fmt"
	"strings"

	_ "incubase/workflow/catalog" // with the machine and the parts, which declare guards and effects
	"incubase/workflow/define"
)

const registryIntro = `# Guards, effects and parts

What a definition can name, with parameters (a star marks those that must be given); [definitions.md](definitions.md)
says how they are used. The letter says why a guard's fact still holds when the commit is written: (a) on the versioned
case, (b) asserted again by a constraint, (d) the actor or the command, (e) a row whose version the commit asserts.

`

// registryPage lists every guard and effect by its descriptor.
func registryPage() []byte {
	var b strings.Builder
	b.WriteString(notice + registryIntro + "## Guards\n\n" +
		"| guard | parameters | letter | holds if |\n| --- | --- | --- | --- |\n")
	for _, name := range define.GuardNames() {
		g := define.GuardOf(name)
		fmt.Fprintf(&b, "| `%s` | %s | %c | %s |\n", name, parameters(g.Params), g.Letter, g.About)
	}
	b.WriteString("\n## Effects\n\n| effect | parameters | needs the fields | what it does |\n| --- | --- | --- | --- |\n")
	for _, name := range define.EffectNames() {
		e := define.EffectOf(name)
		var asks []string
		for _, field := range define.SortedKeys(e.Asks) {
			asks = append(asks, fmt.Sprintf("`%s` %s", field, e.Asks[field]))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s%s |\n", name, parameters(e.Params), strings.Join(asks, ", "), e.About,
			money(&e.Traits))
	}
	b.WriteString("\n## Parts\n\nFacts that a case carries only where its definition names guards and effects of the " +
		"part.\n\n| part | what it holds | guards | effects |\n| --- | --- | --- | --- |\n")
	for _, p := range define.PartList() {
		var guards, effects []string
		for i := range p.Guards {
			guards = append(guards, "`"+p.Guards[i].Name+"`")
		}
		for i := range p.Effects {
			effects = append(effects, "`"+p.Effects[i].Name+"`")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, p.About, strings.Join(guards, ", "), strings.Join(effects, ", "))
	}
	return []byte(b.String())
}

func parameters(list []define.Param) string {
	var out []string
	for _, p := range list {
		name := "`" + p.Name + "`"
		if p.Required {
			name += "*"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

func money(t *define.Traits) (out string) {
	switch {
	case t.Takes:
		out = "; takes money: the staff's, under a key"
	case t.Gives:
		out = "; gives money back"
	}
	if t.Confirms {
		out += "; asks for the password again"
	}
	return out
}
