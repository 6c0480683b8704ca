package intake

import (
	"crypto/sha256"
	"encoding/json"

	"incubase/workflow/credit"
	"incubase/workflow/region"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/topic"
)

var OrganizationTitle = text.Text{ZH: "组织", EN: "Organizations"}

func OrganizationColumns() []Column {
	var kinds, topics []Choice
	for _, k := range registry.OrganizationKinds {
		if k.Code != registry.KindAbroad {
			kinds = append(kinds, Choice{k.Code, k.Label})
		}
	}
	for _, t := range topic.All() {
		topics = append(topics, Choice{t.Code, t.Label})
	}
	w := func(zh, en string) text.Text { return text.Text{ZH: zh, EN: en} }
	return []Column{
		{Code: "name", Head: w("名称", "Name"), Help: w("与证书一致，2 到 100 个字", "as on the certificate, 2 to 100 characters"),
			Required: true, Example: "鸡冠区春晖社会工作服务中心"},
		{Code: "kind", Head: w("类型", "Legal form"), Help: w("从列表选择", "choose from the list"), Required: true, Choices: kinds,
			Example: "社会团体"},
		{Code: "credit_code", Head: w("统一社会信用代码", "Credit code"),
			Help: w("18 位；备案组织和未登记团队没有", "18 characters; filed and unregistered ones have none"), Example: "51230000000000000X"},
		{Code: "credit_override", Head: w("保留不合规代码的原因", "Why a failing code is kept"), Help: w("一般不填", "usually empty")},
		{Code: "filing_number", Head: w("备案编号", "Filing number"),
			Help: w("备案的社区社会组织必填", "required of filed community organizations")},
		{Code: "fiscal_host", Head: w("代管单位信用代码", "Credit code of the fiscal host"),
			Help: w("没有法人资格的组织填已登记的代管单位", "of organizations without legal personality: a registered one")},
		{Code: "region", Head: w("所在地代码", "Region code"), Help: w("县（区）6 位或街道 9 位代码", "a county's 6 digits or a street's 9"),
			Required: true, Example: "230302004"},
		{Code: "address", Head: w("地址", "Address")},
		{Code: "contact", Head: w("联系人", "Contact")},
		{Code: "phone", Head: w("电话", "Telephone")},
		{Code: "founded", Head: w("成立日期", "Founded on"), Help: w("如 2019-05-01", "like 2019-05-01"), Date: true,
			Example: "2019-05-01"},
		{Code: "topics", Head: w("服务领域和人群", "Fields and beneficiaries"),
			Help: w("可以几个，用分号隔开", "several, with semicolons between"), Choices: topics, Many: true},
		{Code: "about", Head: w("简介", "About")},
		{Code: "another", Head: w("确为另一组织的理由", "Why it is another organization"),
			Help: w("只在已有名称相同的组织、而这是另一个时填写",
				"only where an organization of the same name is registered and this is another one")},
	}
}

type OrganizationRow struct {
	Line *Line
	New  registry.NewOrganization
	Host string // credit code of the fiscal host
	Hash Sum
	Bad  []Problem
}

func ReadOrganization(l *Line, columns []Column) OrganizationRow {
	r := &reader{line: l, columns: columns}
	o := OrganizationRow{Line: l, Host: credit.Normalize(r.text("fiscal_host")),
		New: registry.NewOrganization{Name: r.text("name"), Kind: r.choice("kind"),
			CreditCode: credit.Normalize(r.text("credit_code")), CreditOverride: r.text("credit_override"),
			FilingNumber: r.text("filing_number"), Region: r.text("region"), Address: r.text("address"),
			Contact: r.text("contact"), Phone: r.text("phone"), About: r.text("about"), Founded: r.date("founded"),
			Topics: r.many("topics")}}
	if reason := r.text("another"); reason != "" {
		o.New.Apart = registry.Apart{Another: true, Reason: reason}
	}
	o.Bad = r.Problems
	b, _ := json.Marshal(struct { // texts, dates and lists: always
		registry.NewOrganization
		Host string
	}{o.New, o.Host})
	o.Hash = sha256.Sum256(b)
	return o
}

// Place returns where name and filing number are compared; "" where the cell holds no code.
func (o *OrganizationRow) Place() string {
	c, err := region.Parse(o.New.Region)
	if err != nil {
		return ""
	}
	return registry.ComparedIn(c)
}
