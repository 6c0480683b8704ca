// Package credit checks Unified Social Credit Codes (GB 32100-2015) in three layers, each with its own message: a
// mistyped character, an impossible organization code, a wrong prefix.
package credit

import (
	"strings"

	"incubase/workflow/text"
)

// alphabet of the code: no I, O, Z, S, V.
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

type Layer string

// The layers, in the order of checking.
const (
	Characters       Layer = "characters"        // alphabet, length and check character (GB 32100)
	OrganizationCode Layer = "organization_code" // positions 9 to 17 (GB 11714)
	Prefix           Layer = "prefix"            // registering department, kind and region
)

type Problem struct {
	Layer   Layer     `json:"layer"`
	Message text.Text `json:"message"`
}

type Code struct {
	Text         string
	Department   string // 1 character: 5 is civil affairs
	Kind         string // 1 character, within the department
	Region       string // 6 digits of the registering authority
	Organization string // 9 characters
}

// prefix is a kind of body (GB 32100-2015, table 1).
type prefix struct {
	code  string
	label text.Text
}

var prefixes = []prefix{
	{"11", text.Text{ZH: "机关", EN: "government organ"}},
	{"12", text.Text{ZH: "事业单位", EN: "public institution"}},
	{"13", text.Text{ZH: "编办直接管理机构编制的群众团体", EN: "mass organization managed by the establishment office"}},
	{"19", text.Text{ZH: "机构编制其他", EN: "other establishment body"}},
	{"51", text.Text{ZH: "社会团体", EN: "social group"}},
	{"52", text.Text{ZH: "民办非企业单位（社会服务机构）", EN: "social service organization"}},
	{"53", text.Text{ZH: "基金会", EN: "foundation"}},
	{"59", text.Text{ZH: "民政其他", EN: "other civil-affairs body"}},
	{"81", text.Text{ZH: "基层工会", EN: "grassroots union"}},
	{"89", text.Text{ZH: "工会其他", EN: "other union body"}},
	{"91", text.Text{ZH: "企业", EN: "enterprise"}},
	{"92", text.Text{ZH: "个体工商户", EN: "self-employed"}},
	{"93", text.Text{ZH: "农民专业合作社", EN: "farmers' cooperative"}},
	{"N1", text.Text{ZH: "组级集体经济组织", EN: "group collective"}},
	{"N2", text.Text{ZH: "村级集体经济组织", EN: "village collective"}},
	{"N3", text.Text{ZH: "乡镇级集体经济组织", EN: "town collective"}},
	{"Y1", text.Text{ZH: "其他", EN: "other"}},
}

// PrefixLabel names the kind of body of the first two characters; false for an unknown kind.
func PrefixLabel(two string) (text.Text, bool) {
	for _, p := range prefixes {
		if p.code == two {
			return p.label, true
		}
	}
	return text.Text{}, false
}

func Normalize(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == ' ' || r == '\u3000' || r == '\t' || r == '\u00a0':
			return -1
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}, s)
}

// Suggest returns the code with the letters O and I as digits, if that passes the first layer, else "". It is never
// applied automatically.
func Suggest(code string) string {
	s := strings.NewReplacer("O", "0", "I", "1").Replace(Normalize(code))
	if s != code && len(s) == 18 && checkCharacter(s) == s[17] {
		return s
	}
	return ""
}

type Rules struct {
	Prefixes    []string          // allowed first two characters; none: any known one
	KnownRegion func(string) bool // reports whether a six-digit region exists; nil: not checked
}

// Check returns a code's parts and every problem, in the order of the layers. It checks the later layers only where
// the first one passes.
func Check(s string, r Rules) (Code, []Problem) {
	s = Normalize(s)
	if p := characters(s); p != nil {
		return Code{Text: s}, []Problem{*p}
	}
	c := Code{Text: s, Department: s[:1], Kind: s[1:2], Region: s[2:8], Organization: s[8:17]}
	var problems []Problem
	if !organizationCode(c.Organization) {
		problems = append(problems, Problem{OrganizationCode, text.Text{
			ZH: "第 9 至 17 位不是真实的组织机构代码，请核对登记证书",
			EN: "characters 9 to 17 are not a real organization code; compare with the certificate"}})
	}
	return c, append(problems, prefixProblems(c, r)...)
}

func characters(s string) *Problem {
	if len(s) != 18 {
		t := text.Format("统一社会信用代码应为 18 位，现在是 %d 位", "a credit code has 18 characters, not %d", len([]rune(s)))
		return &Problem{Characters, t}
	}
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			t := text.Format("第 %d 位不是允许的字符（不用 I、O、Z、S、V）", "character %d is not allowed (I, O, Z, S and V are not used)", i+1)
			return &Problem{Characters, t}
		}
	}
	if checkCharacter(s) != s[17] {
		return &Problem{Characters, text.Text{ZH: "有一位输错了：校验码对不上，请逐位核对",
			EN: "a character is mistyped: the check character does not fit; compare one by one"}}
	}
	return nil
}

func prefixProblems(c Code, r Rules) []Problem {
	var out []Problem
	two := c.Text[:2]
	label, known := PrefixLabel(two)
	allowed := len(r.Prefixes) == 0
	for _, p := range r.Prefixes {
		allowed = allowed || p == two
	}
	switch {
	case !known:
		out = append(out,
			Problem{Prefix, text.Format("开头两位 %s 不是已知的登记类别", "the first two characters %s are no known kind of registration",
				two)})
	case !allowed:
		out = append(out,
			Problem{Prefix, text.Format("这是%[1]s的代码，与所选的组织类型不符",
				"this code belongs to another kind of body (%[2]s) than the one chosen", label.ZH, label.EN)})
	}
	if r.KnownRegion != nil && !r.KnownRegion(c.Region) {
		out = append(out,
			Problem{Prefix, text.Format("第 3 至 8 位 %s 不是已知的登记机关区划",
				"characters 3 to 8, %s, are no known region of a registering authority", c.Region)})
	}
	return out
}

// checkCharacter of the first 17 characters: weights 3^i mod 31, 31 minus the remainder, 0 where it is 0.
func checkCharacter(s string) byte {
	sum, weight := 0, 1
	for i := range 17 {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return 0
		}
		sum += v * weight
		weight = weight * 3 % 31
	}
	return alphabet[(31-sum%31)%31]
}

// organizationCode checks nine characters by GB 11714: letters count from A=10 in the full alphabet.
func organizationCode(s string) bool {
	weights := [...]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += v * w
	}
	return organizationCheck(sum) == s[8]
}

func organizationCheck(sum int) byte {
	switch n := 11 - sum%11; n {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + n)
	}
}

// Generate returns the same well-formed, invented code for a serial (0 to 99,999,999). prefix has two characters,
// region six digits.
func Generate(prefix, region string, serial int) string {
	digits := []byte("00000000")
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = byte('0' + serial%10)
		serial /= 10
	}
	sum := 0
	for i, w := range [...]int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * w
	}
	s := prefix + region + string(digits) + string(organizationCheck(sum))
	return s + string(checkCharacter(s+"0"))
}
