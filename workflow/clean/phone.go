package clean

import (
	"regexp"
	"slices"
	"strings"

	"incubase/workflow/text"
)

// PhoneMost is the longest list of telephones, in characters.
const PhoneMost = 80

var (
	phoneParts     = regexp.MustCompile(`[/、,，;；|\n]|或者?|和`)
	phoneExtension = regexp.MustCompile(`(?i)^(.*[0-9)])\s*(?:转|分机|ext\.?|x|#)\s*:?\s*([0-9]{1,6})$`)
	phoneDashed    = regexp.MustCompile(`^(\(?0[0-9]{2,3}\)?[- ]?[0-9]{7,8})[- ]([0-9]{1,6})$`)
	phoneInner     = regexp.MustCompile(`^\+?[0-9() .-]+$`)
	mobile         = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landline       = regexp.MustCompile(`^(010|02[0-9]|0[3-9][0-9]{2})([0-9]{6,8})$`)
	service        = regexp.MustCompile(`^([48]00)([0-9]{3})([0-9]{4})$`)
	abroad         = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	local          = regexp.MustCompile(`^[0-9]{5,8}$`)
)

// Phone returns telephones in one form: 13900000000, 0467-2345678, with an extension 0467-2345678-801, several
// separated by " / ".
func Phone(s string) (string, *text.Text) {
	plain := Number(s)
	if plain == "" {
		return "", nil
	}
	var out []string
	for _, part := range phoneParts.Split(plain, -1) {
		list, ok := phones(strings.TrimSpace(part))
		if !ok {
			t := text.Format("读不懂的电话「%[1]s」，请写成 13900000000、0467-2345678 或 0467-2345678-801，几个号码用 / 隔开",
				"a telephone that cannot be read: %[1]q; write it like 13900000000, 0467-2345678 or 0467-2345678-801, several "+
					"with / between", Quote(s))
			return plain, &t
		}
		for _, p := range list {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	joined := strings.Join(out, " / ")
	if len(joined) > PhoneMost {
		t := text.Format("电话最多 %d 个字符", "telephones have at most %d characters", PhoneMost)
		return joined, &t
	}
	return joined, nil
}

// phones reads one number, or several separated by blanks where each is complete.
func phones(s string) ([]string, bool) {
	if p, ok := phone(s); ok {
		return []string{p}, true
	}
	var out []string
	for _, f := range strings.Fields(s) {
		p, ok := phone(f)
		if !ok || local.MatchString(p) {
			return nil, false
		}
		out = append(out, p)
	}
	return out, len(out) > 0
}

func phone(s string) (string, bool) {
	extension := ""
	for _, form := range []*regexp.Regexp{phoneExtension, phoneDashed} {
		if m := form.FindStringSubmatch(s); m != nil && extension == "" {
			s, extension = m[1], "-"+m[2]
		}
	}
	if !phoneInner.MatchString(s) {
		return "", false
	}
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune("() .-", r) {
			return -1
		}
		return r
	}, s)
	for _, home := range []string{"+86", "0086"} {
		if rest, ok := strings.CutPrefix(digits, home); ok {
			if digits = rest; !mobile.MatchString(rest) && !service.MatchString(rest) && !strings.HasPrefix(rest, "0") {
				digits = "0" + rest
			}
			break
		}
	}
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		digits = "+" + rest
	}
	switch {
	case mobile.MatchString(digits) && extension == "", local.MatchString(digits), abroad.MatchString(digits):
		return digits + extension, true
	case landline.MatchString(digits):
		return landline.ReplaceAllString(digits, "$1-$2") + extension, true
	case service.MatchString(digits):
		return service.ReplaceAllString(digits, "$1-$2-$3") + extension, true
	}
	return "", false
}
