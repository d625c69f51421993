package lifecycle

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func rules(rules ...string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
		strings.Join(rules, "") + `</LifecycleConfiguration>`)
}

// rule is an enabled rule for everything with this in it.
func rule(inner string) string {
	if !strings.Contains(inner, "<Filter") && !strings.Contains(inner, "<Prefix") {
		inner = "<Filter/>" + inner
	}
	return "<Rule><Status>Enabled</Status>" + inner + "</Rule>"
}

const expire = "<Expiration><Days>1</Days></Expiration>"

func TestParseReadsEveryElement(t *testing.T) {
	doc := rules(
		`<Rule><ID>all</ID><Filter><And><Prefix>a&amp;b/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>only</Key></Tag>
			<ObjectSizeGreaterThan>500</ObjectSizeGreaterThan><ObjectSizeLessThan>64000</ObjectSizeLessThan></And></Filter>
			<Status>Enabled</Status><Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>
			<Transition><Days>90</Days><StorageClass>GLACIER</StorageClass></Transition><Expiration><Days>365</Days></Expiration>
			<NoncurrentVersionTransition><NoncurrentDays>30</NoncurrentDays><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition>
			<NoncurrentVersionExpiration><NewerNoncurrentVersions>5</NewerNoncurrentVersions><NoncurrentDays>60</NoncurrentDays></NoncurrentVersionExpiration></Rule>`,
		`<Rule><ID>old</ID><Prefix>logs/</Prefix><Status>Disabled</Status><Expiration><Date>2027-01-01T00:00:00.000Z</Date></Expiration>
			<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>`,
		`<Rule><ID>marker</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>`,
	)
	got, err := Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	more, less := int64(500), int64(64000)
	want := []Rule{
		{ID: "all", Filter: Filter{And: true, HasPrefix: true, Prefix: "a&b/", Tags: []Tag{{"k", "v"}, {"only", ""}}, GreaterThan: &more, LessThan: &less},
			Expiration: &Expiration{Days: 365}, Noncurrent: &NoncurrentExpiration{Days: 60, Newer: 5},
			Transitions:           []Transition{{Days: 30, Class: "STANDARD_IA"}, {Days: 90, Class: "GLACIER"}},
			NoncurrentTransitions: []NoncurrentTransition{{Days: 30, Class: "GLACIER"}}},
		{ID: "old", Disabled: true, OldPrefix: true, Filter: Filter{HasPrefix: true, Prefix: "logs/"},
			Expiration: &Expiration{Date: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}, AbortAfterDays: 7},
		{ID: "marker", Filter: Filter{HasPrefix: true}, Expiration: &Expiration{DeleteMarker: true, RemoveMarker: true}},
	}
	if !reflect.DeepEqual(got.Rules, want) {
		t.Fatalf("got %+v\nwant %+v", got.Rules, want)
	}
	if !got.Transitions() {
		t.Error("the transitions are not reported")
	}
	again, err := Parse(got.XML())
	if err != nil || !reflect.DeepEqual(again, got) {
		t.Fatalf("written back: %v\n%s", err, got.XML())
	}
}

func TestParseRefuses(t *testing.T) {
	size := func(tag, n string) string {
		return "<Filter><ObjectSize" + tag + ">" + n + "</ObjectSize" + tag + "></Filter>"
	}
	tagged := "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>"
	transition := func(when, class string) string {
		return "<Transition>" + when + "<StorageClass>" + class + "</StorageClass></Transition>"
	}
	for name, c := range map[string]struct{ doc, code string }{
		"nothing":                 {"", MalformedXML},
		"no rule":                 {string(rules()), MalformedXML},
		"another root":            {"<Rules>" + rule(expire) + "</Rules>", MalformedXML},
		"another namespace":       {`<LifecycleConfiguration xmlns="x">` + rule(expire) + "</LifecycleConfiguration>", MalformedXML},
		"an attribute":            {`<LifecycleConfiguration a="b">` + rule(expire) + "</LifecycleConfiguration>", MalformedXML},
		"cut":                     {"<LifecycleConfiguration>" + rule(expire), MalformedXML},
		"trailing garbage":        {string(rules(rule(expire))) + "x", MalformedXML},
		"a second root":           {string(rules(rule(expire))) + "<a/>", MalformedXML},
		"a DTD":                   {"<!DOCTYPE a []>" + string(rules(rule(expire)))[38:], MalformedXML},
		"an entity":               {string(rules(rule("<ID>&x;</ID>" + expire))), MalformedXML},
		"an instruction":          {"<?php x?>" + string(rules(rule(expire)))[38:], MalformedXML},
		"not UTF-8":               {string(rules(rule("<ID>\xff</ID>" + expire))), MalformedXML},
		"deep":                    {strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000), MalformedXML},
		"large":                   {string(rules(rule("<ID>" + strings.Repeat(" ", MaxDocument) + "</ID>" + expire))), MalformedXML},
		"unknown in the root":     {string(rules(rule(expire), "<Rul/>")), MalformedXML},
		"unknown in a rule":       {string(rules(rule(expire + "<Tags/>"))), MalformedXML},
		"unknown in a filter":     {string(rules(rule("<Filter><Suffix>a</Suffix></Filter>" + expire))), MalformedXML},
		"unknown in And":          {string(rules(rule("<Filter><And><Suffix>a</Suffix></And></Filter>" + expire))), MalformedXML},
		"text among elements":     {string(rules(rule("x" + expire))), MalformedXML},
		"elements in text":        {string(rules(rule("<ID><a/></ID>" + expire))), MalformedXML},
		"an element twice":        {string(rules(rule(expire + expire))), MalformedXML},
		"no status":               {string(rules("<Rule><Filter/>" + expire + "</Rule>")), MalformedXML},
		"another status":          {string(rules("<Rule><Filter/><Status>enabled</Status>" + expire + "</Rule>")), MalformedXML},
		"neither filter, prefix":  {string(rules("<Rule><Status>Enabled</Status>" + expire + "</Rule>")), MalformedXML},
		"both filter and prefix":  {string(rules(rule("<Filter/><Prefix/>" + expire))), MalformedXML},
		"two predicates, no And":  {string(rules(rule("<Filter><Prefix>a</Prefix><Tag><Key>k</Key></Tag></Filter>" + expire))), MalformedXML},
		"two tags, no And":        {string(rules(rule("<Filter><Tag><Key>a</Key></Tag><Tag><Key>k</Key></Tag></Filter>" + expire))), MalformedXML},
		"an empty And":            {string(rules(rule("<Filter><And/></Filter>" + expire))), MalformedXML},
		"And and more":            {string(rules(rule("<Filter><And><Prefix/></And><Prefix/></Filter>" + expire))), MalformedXML},
		"a tag without key":       {string(rules(rule("<Filter><Tag><Value>v</Value></Tag></Filter>" + expire))), MalformedXML},
		"an empty expiration":     {string(rules(rule("<Expiration/>"))), MalformedXML},
		"days and marker":         {string(rules(rule("<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"))), MalformedXML},
		"days and date":           {string(rules(rule("<Expiration><Days>1</Days><Date>2027-01-01T00:00:00Z</Date></Expiration>"))), MalformedXML},
		"days no number":          {string(rules(rule("<Expiration><Days>one</Days></Expiration>"))), MalformedXML},
		"days empty":              {string(rules(rule("<Expiration><Days/></Expiration>"))), MalformedXML},
		"days too many":           {string(rules(rule("<Expiration><Days>2147483648</Days></Expiration>"))), MalformedXML},
		"a date that is none":     {string(rules(rule("<Expiration><Date>20200101</Date></Expiration>"))), MalformedXML},
		"a marker that is none":   {string(rules(rule("<Expiration><ExpiredObjectDeleteMarker>yes</ExpiredObjectDeleteMarker></Expiration>"))), MalformedXML},
		"no noncurrent days":      {string(rules(rule("<NoncurrentVersionExpiration><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>"))), MalformedXML},
		"no days of abort":        {string(rules(rule("<AbortIncompleteMultipartUpload/>"))), MalformedXML},
		"an unknown class":        {string(rules(rule(transition("<Days>1</Days>", "COLD")))), MalformedXML},
		"to STANDARD":             {string(rules(rule(transition("<Days>1</Days>", "STANDARD")))), MalformedXML},
		"a transition never":      {string(rules(rule(transition("", "GLACIER")))), MalformedXML},
		"days 0":                  {string(rules(rule("<Expiration><Days>0</Days></Expiration>"))), InvalidArgument},
		"days negative":           {string(rules(rule("<Expiration><Days>-1</Days></Expiration>"))), InvalidArgument},
		"not midnight":            {string(rules(rule("<Expiration><Date>2027-01-01T01:00:00Z</Date></Expiration>"))), InvalidArgument},
		"midnight elsewhere":      {string(rules(rule("<Expiration><Date>2027-01-01T00:00:00+02:00</Date></Expiration>"))), InvalidArgument},
		"the first of all days":   {string(rules(rule("<Expiration><Date>0001-01-01T00:00:00Z</Date></Expiration>"))), InvalidArgument},
		"noncurrent days 0":       {string(rules(rule("<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>"))), InvalidArgument},
		"newer versions 0":        {string(rules(rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>0</NewerNoncurrentVersions></NoncurrentVersionExpiration>"))), InvalidArgument},
		"newer versions over 100": {string(rules(rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</NewerNoncurrentVersions></NoncurrentVersionExpiration>"))), InvalidArgument},
		"abort after 0 days":      {string(rules(rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation></AbortIncompleteMultipartUpload>"))), InvalidArgument},
		"an ID too long":          {string(rules(rule("<ID>" + strings.Repeat("ä", 256) + "</ID>" + expire))), InvalidArgument},
		"one ID twice":            {string(rules(rule("<ID>a</ID>"+expire), rule("<ID>a</ID>"+expire))), InvalidArgument},
		"expired before moved":    {string(rules(rule(transition("<Days>2</Days>", "GLACIER") + "<Expiration><Days>2</Days></Expiration>"))), InvalidArgument},
		"infrequent too early":    {string(rules(rule(transition("<Days>29</Days>", "STANDARD_IA")))), InvalidArgument},
		"no action":               {string(rules(rule(""))), InvalidRequest},
		"mixed days and date":     {string(rules(rule(transition("<Days>2</Days>", "GLACIER") + "<Expiration><Date>2027-01-01</Date></Expiration>"))), InvalidRequest},
		"one class twice":         {string(rules(rule(transition("<Days>2</Days>", "GLACIER") + transition("<Days>3</Days>", "GLACIER")))), InvalidRequest},
		"a marker by tag":         {string(rules(rule(tagged + "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"))), InvalidRequest},
		"a marker by size":        {string(rules(rule(size("LessThan", "9") + "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"))), InvalidRequest},
		"abort by tag":            {string(rules(rule(tagged + "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>"))), InvalidRequest},
		"abort by size":           {string(rules(rule(size("GreaterThan", "9") + "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>"))), InvalidRequest},
		"a negative size":         {string(rules(rule(size("GreaterThan", "-1") + expire))), InvalidRequest},
		"a size over 5 TB":        {string(rules(rule(size("LessThan", "5497558138881") + expire))), InvalidRequest},
		"sizes crossed":           {string(rules(rule("<Filter><And><ObjectSizeGreaterThan>2</ObjectSizeGreaterThan><ObjectSizeLessThan>2</ObjectSizeLessThan></And></Filter>" + expire))), InvalidRequest},
		"a tag twice":             {string(rules(rule("<Filter><And><Tag><Key>k</Key></Tag><Tag><Key>k</Key><Value>2</Value></Tag></And></Filter>" + expire))), InvalidRequest},
		"a long tag":              {string(rules(rule("<Filter><Tag><Key>" + strings.Repeat("k", 129) + "</Key></Tag></Filter>" + expire))), InvalidRequest},
		"a long prefix":           {string(rules(rule("<Filter><Prefix>" + strings.Repeat("k", 1025) + "</Prefix></Filter>" + expire))), InvalidRequest},
		"newer, but old prefix":   {string(rules(rule("<Prefix/><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>1</NewerNoncurrentVersions></NoncurrentVersionExpiration>"))), InvalidRequest},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Parse([]byte(c.doc))
			var refused *Error
			if !errors.As(err, &refused) || refused.Code != c.code || refused.Message == "" {
				t.Errorf("got %+v, %v, want %s", got, err, c.code)
			}
		})
	}
}

func TestParseTakesAThousandRulesAndNoMore(t *testing.T) {
	var all []string
	for i := range MaxRules {
		all = append(all, rule(fmt.Sprintf("<ID>%d</ID>", i)+expire))
	}
	if c, err := Parse(rules(all...)); err != nil || len(c.Rules) != MaxRules {
		t.Errorf("1000 rules: %v", err)
	}
	if _, err := Parse(rules(append(all, rule(expire))...)); err == nil {
		t.Error("1001 rules were taken")
	}
}

func TestParseGivesEveryRuleItsID(t *testing.T) {
	c, err := Parse(rules(rule(expire), rule("<ID></ID>"+expire)))
	if err != nil {
		t.Fatal(err)
	}
	a, b := c.Rules[0].ID, c.Rules[1].ID
	if a == "" || b == "" || a == b || len(a) > MaxID {
		t.Errorf("IDs %q and %q", a, b)
	}
	again, err := Parse(c.XML())
	if err != nil || again.Rules[0].ID != a {
		t.Errorf("written back it became %q", again.Rules[0].ID)
	}
}

func TestParseTakesWhatClientsSend(t *testing.T) {
	for name, doc := range map[string]string{
		"no namespace":      "<LifecycleConfiguration>" + rule(expire) + "</LifecycleConfiguration>",
		"a byte order mark": "\ufeff" + string(rules(rule(expire))),
		"white space":       "\n<LifecycleConfiguration>\n  " + rule("\n<Expiration>\n <Days> 1 </Days>\n</Expiration>") + "\n</LifecycleConfiguration>\n",
		"a comment":         "<LifecycleConfiguration><!-- a -->" + rule(expire) + "</LifecycleConfiguration><!-- b -->",
		"a date":            string(rules(rule("<Expiration><Date>2027-01-01</Date></Expiration>"))),
		"an ID of 255":      string(rules(rule("<ID>" + strings.Repeat("ä", 255) + "</ID>" + expire))),
		"And of one":        string(rules(rule("<Filter><And><Prefix>a</Prefix></And></Filter>" + expire))),
		"GLACIER at once":   string(rules(rule("<Transition><Days>0</Days><StorageClass>GLACIER</StorageClass></Transition>"))),
	} {
		if _, err := Parse([]byte(doc)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestXMLKeepsEveryCharacterOfAPrefix(t *testing.T) {
	prefix := "a<b>&\"'\r\n\t ü\u2028\u0085€ "
	c := &Configuration{Rules: []Rule{{ID: "<&>", Filter: Filter{HasPrefix: true, Prefix: prefix}, Expiration: &Expiration{Days: 1}}}}
	got, err := Parse(c.XML())
	if err != nil || !reflect.DeepEqual(got, c) {
		t.Fatalf("%v: got %+v from %s", err, got, c.XML())
	}
}

func FuzzParse(f *testing.F) {
	f.Add(rules(rule(expire)))
	f.Add(rules(rule("<Prefix>a&#xD;</Prefix><Expiration><Date>2027-01-01T00:00:00Z</Date></Expiration>")))
	f.Add(rules(rule("<Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>" + expire)))
	f.Add(rules(rule("<Filter/><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>3</NewerNoncurrentVersions></NoncurrentVersionExpiration>")))
	f.Add(rules(rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>")))
	f.Add(rules(rule("<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition><NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition>")))
	f.Add([]byte("<!DOCTYPE a><LifecycleConfiguration/>"))
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, doc []byte) {
		c, err := Parse(doc)
		if err != nil {
			if refused := (*Error)(nil); !errors.As(err, &refused) || refused.Code == "" {
				t.Fatalf("error %v without a code", err)
			}
			return
		}
		again, err := Parse(c.XML())
		if err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%v: %+v was written as %s", err, c, c.XML())
		}
		fresh := Version{Seq: 1, Modified: now}
		for i := range c.Rules {
			if e := c.Rules[i].Expiration; e != nil && !e.Date.IsZero() {
				return // a date may have passed
			}
		}
		if o := c.Evaluate("a", []Version{fresh}, Enabled, now); !o.Nothing() {
			t.Fatalf("%+v for an object made now", o)
		}
	})
}
