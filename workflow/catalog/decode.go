package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"incubase/workflow"
	"incubase/workflow/clean"
	"incubase/workflow/define"
)

// MaxSize is the largest definition, in bytes.
const MaxSize = 1 << 20

// maxDepth bounds nested YAML: definitions need six levels, a form within one a few more.
const maxDepth = 20

// maxTokens bounds the parser's cost, which is more than linear; the largest shipped definition has 4000.
const maxTokens = 50_000

// Fault is a fault of a YAML document. Line is 0 for the whole document.
type Fault struct {
	Line    int
	Message workflow.Text
}

func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.Message.EN
	}
	return fmt.Sprintf("line %d: %s", f.Line, f.Message.EN)
}

func faultAt(line int, zh, en string, args ...any) *Fault {
	return &Fault{Line: line, Message: workflow.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}}
}

// Decode reads one definition strictly: unknown fields, double keys, aliases, tags, a second document, deep nesting
// and oversize are each a *Fault with line and remedy. It does not compile. It answers any input within a second,
// because definitions come from outside.
func Decode(b []byte) (define.Definition, error) {
	var d define.Definition
	if err := decode(b, &d); err != nil {
		return define.Definition{}, err
	}
	return d, nil
}

func decode(b []byte, out any) error {
	body, err := parse(b)
	if err != nil {
		return err
	}
	var found *Fault
	ast.Walk(visitor{fault: &found}, body)
	if found != nil {
		return found
	}
	if err := yaml.NewDecoder(bytes.NewReader(nil), yaml.Strict()).DecodeFromNode(body, out); err != nil {
		return fault(err)
	}
	return nil
}

// parse checks size and tokens before it builds the tree of the one document.
func parse(b []byte) (ast.Node, error) {
	if len(b) > MaxSize {
		return nil, faultAt(0, "文件有 %d 字节，最多 %d 字节，请删减", "the file has %d bytes, at most %d are allowed: cut it down", len(b),
			MaxSize)
	}
	if !utf8.Valid(b) {
		return nil, faultAt(0, "不是 UTF-8 文本，请另存为 UTF-8", "this is not UTF-8 text: save it as UTF-8")
	}
	tokens := lexer.Tokenize(string(bytes.TrimPrefix(b, []byte("\ufeff"))))
	if f := plain(tokens); f != nil {
		return nil, f
	}
	tree, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, fault(err)
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, faultAt(0, "应当恰好有一个 YAML 文档", "exactly one YAML document is expected")
	}
	body := tree.Docs[0].Body
	if _, ok := body.(*ast.MappingNode); !ok {
		return nil, faultAt(body.GetToken().Position.Line, "应为“名称: 值”的形式", "a mapping (name: value) is expected here")
	}
	return body, nil
}

// notPlain lists tokens that make YAML larger, deeper or other than it looks. No definition needs them.
var notPlain = map[token.Type]workflow.Text{
	token.AnchorType:        {ZH: "不允许锚点（&），请写全", EN: "anchors (&) are not allowed: write it out"},
	token.AliasType:         {ZH: "不允许引用（*），请写全", EN: "aliases (*) are not allowed: write it out"},
	token.MergeKeyType:      {ZH: "不允许合并（<<），请写全", EN: "merge keys (<<) are not allowed: write it out"},
	token.TagType:           {ZH: "不允许类型标记（!），请去掉", EN: "tags (!) are not allowed: take it out"},
	token.DirectiveType:     {ZH: "不允许指令（%），请去掉", EN: "directives (%) are not allowed: take it out"},
	token.FloatType:         notWhole,
	token.InfinityType:      notWhole,
	token.NanType:           notWhole,
	token.BinaryIntegerType: notWhole,
	token.OctetIntegerType:  notWhole,
	token.HexIntegerType:    notWhole,
	token.MappingKeyType:    {ZH: "不允许“? ”形式的键，请写成“名称: 值”", EN: "keys with \"? \" are not allowed: write name: value"},
}

// notWhole refuses numbers that would be truncated, or read as another number than they look.
var notWhole = workflow.Text{ZH: "数字须为十进制整数；若是文字，请加引号", EN: "numbers are whole and decimal; if this is text, quote it"}

// plain refuses tokens that are not plain, and deep nesting on one line. It runs before the parser, whose cost there
// is more than quadratic.
func plain(tokens token.Tokens) *Fault {
	if len(tokens) > maxTokens {
		return faultAt(0, "文件的项太多，请拆分或删减", "the file has too many items: split it or cut it down")
	}
	var line, dashes, flow int
	for i, t := range tokens {
		at := t.Position.Line
		if words, ok := notPlain[t.Type]; ok {
			return &Fault{Line: at, Message: words}
		}
		if at != line {
			line, dashes = at, 0
		}
		switch t.Type {
		case token.SequenceEntryType, token.MappingValueType:
			dashes++
		case token.CollectEntryType:
			dashes = 0
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.DocumentHeaderType, token.DocumentEndType:
			if i > 0 {
				return faultAt(at, "应当恰好有一个 YAML 文档，请删去此行及以后的内容",
					"exactly one YAML document is expected: take out this line and what follows")
			}
		}
		if dashes > maxDepth || flow > maxDepth {
			return tooDeep(at)
		}
	}
	return nil
}

func tooDeep(line int) *Fault {
	return faultAt(line, "嵌套过深（最多 %d 层）", "nested too deeply: at most %d levels", maxDepth)
}

// visitor finds what tokens do not show: nesting by indentation, invisible text, and guards and effects that share
// one entry of a list.
type visitor struct {
	depth int
	fault **Fault
}

func (v visitor) Visit(n ast.Node) ast.Visitor {
	if *v.fault != nil {
		return nil
	}
	at := n.GetToken().Position.Line
	if v.depth > 2*maxDepth { // a mapping counts twice, with its value
		*v.fault = tooDeep(at)
		return nil
	}
	switch n := n.(type) {
	case *ast.StringNode:
		tidy, changed := clean.Tidy(n.Value) // a definition counts as written: nothing is removed
		if problem := clean.Problem(tidy); problem != nil {
			*v.fault = &Fault{Line: at, Message: *problem}
		} else if changed {
			*v.fault = &Fault{Line: at, Message: workflow.Text{ZH: "有看不见的字符，请删去",
				EN: "it has characters that cannot be seen: take them out"}}
		}
	case *ast.MappingValueNode:
		*v.fault = single(n)
	}
	return visitor{v.depth + 1, v.fault}
}

// single refuses an entry of guards, effects or when with two names: YAML reads it as one, a person as two.
func single(n *ast.MappingValueNode) *Fault {
	list, ok := n.Value.(*ast.SequenceNode)
	if !ok || !slices.Contains([]string{"guards", "effects", "when"}, n.Key.GetToken().Value) {
		return nil
	}
	for _, x := range list.Values {
		if m, ok := x.(*ast.MappingNode); ok && len(m.Values) != 1 {
			return faultAt(x.GetToken().Position.Line, "一条只能写一个名称，这里有 %d 个；每个各占一条",
				"one name an entry, not %d: give each an entry of its own", len(m.Values))
		}
	}
	return nil
}

// fault keeps message and line of an error without its copy of the source, and adds the remedy.
func fault(err error) *Fault {
	var at yaml.Error
	if !errors.As(err, &at) {
		return faultAt(0, "%[1]s", "%[1]s", err.Error())
	}
	line := 0
	if t := at.GetToken(); t != nil && t.Position != nil {
		line = t.Position.Line
	}
	said := at.GetMessage()
	var unknown *yaml.UnknownFieldError
	var double *yaml.DuplicateKeyError
	switch {
	case errors.As(err, &unknown):
		return faultAt(line, "没有这个项：%[1]s；各项见 docs/definitions.md", "%[1]s; docs/definitions.md lists the fields",
			short(said))
	case errors.As(err, &double), strings.Contains(said, "already defined"):
		return faultAt(line, "重复的项：%[1]s；只留一个", "%[1]s; keep one of the two", short(said))
	}
	return faultAt(line, "YAML 有误：%[1]s", "%[1]s", short(said))
}

func short(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
