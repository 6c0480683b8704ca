package demo

func Logins() []string {
	d, err := read()
	if err != nil {
		return nil // the data is embedded and tested
	}
	var out []string
	for _, u := range d.users {
		out = append(out, u.Login)
	}
	return out
}
