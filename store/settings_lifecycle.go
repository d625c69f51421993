package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// MaxLifecycleRules is how many rules a Space can have (S3 user guide, "Lifecycle configuration elements").
const MaxLifecycleRules = 1000

// Lifecycle is what becomes of the objects of a Space with time. The zero Lifecycle is nothing.
type Lifecycle struct {
	Rules []LifecycleRule
	was   *element
}

// LifecycleRule is one rule: days of 0 mean that nothing of the kind happens. What else another tool wrote into it stays
// with it, and is named by Others.
type LifecycleRule struct {
	ID      string
	Enabled bool
	Prefix  string // of the keys that it is for, "" for all

	ExpireDays     int    // after so many an object is deleted; with versioning it is hidden
	ExpireDate     string // or at this date, as S3 writes it; Days replace it
	Markers        bool   // delete markers go that hide nothing any more
	NoncurrentDays int    // after so many an older version is deleted for good
	AbortDays      int    // after so many an incomplete upload is aborted

	tree *element
}

var lifecycleDocument = document{
	root: "LifecycleConfiguration", label: "lifecycle rules",
	get: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &space}, o...)
		return err
	},
	put: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: &space,
			LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{}}}, o...)
		return err
	},
	remove: func(ctx context.Context, a *s3.Client, space string) error {
		_, err := a.DeleteBucketLifecycle(ctx, &s3.DeleteBucketLifecycleInput{Bucket: &space})
		return err
	},
}

// Lifecycle reads the rules of a Space.
func (s *Store) Lifecycle(ctx context.Context, space string) (Lifecycle, error) {
	e, err := s.readDocument(ctx, space, lifecycleDocument)
	if err != nil {
		return Lifecycle{}, err
	}
	l := Lifecycle{was: e}
	for _, k := range e.named("Rule") {
		l.Rules = append(l.Rules, readLifecycleRule(k))
	}
	return l, nil
}

// prefixPaths are the places where a rule can have its prefix: the old one, alone, and with other conditions.
var prefixPaths = [][]string{{"Filter", "And", "Prefix"}, {"Filter", "Prefix"}, {"Prefix"}}

func readLifecycleRule(e *element) LifecycleRule {
	r := LifecycleRule{ID: e.value("ID"), Enabled: e.value("Status") == "Enabled", tree: e}
	for _, path := range prefixPaths {
		if k := e.child(path...); k != nil && r.Prefix == "" {
			r.Prefix = k.text
		}
	}
	days := func(path ...string) int {
		n, _ := strconv.Atoi(e.value(path...))
		return n
	}
	r.ExpireDays, r.ExpireDate = days("Expiration", "Days"), e.value("Expiration", "Date")
	r.Markers = e.value("Expiration", "ExpiredObjectDeleteMarker") == "true"
	r.NoncurrentDays = days("NoncurrentVersionExpiration", "NoncurrentDays")
	r.AbortDays = days("AbortIncompleteMultipartUpload", "DaysAfterInitiation")
	return r
}

// element puts the rule over what it was read from.
func (r LifecycleRule) element() *element {
	e := r.tree.clone("Rule")
	e.setText(r.ID, "ID")
	r.putPrefix(e)
	status := "Disabled"
	if r.Enabled {
		status = "Enabled"
	}
	e.setText(status, "Status")
	days := func(n int, path ...string) {
		text := ""
		if n > 0 {
			text = strconv.Itoa(n)
		}
		e.setText(text, path...)
	}
	days(r.ExpireDays, "Expiration", "Days")
	date := r.ExpireDate
	if r.ExpireDays > 0 {
		date = ""
	}
	e.setText(date, "Expiration", "Date")
	markers := ""
	if r.Markers {
		markers = "true"
	}
	e.setText(markers, "Expiration", "ExpiredObjectDeleteMarker")
	if days(r.NoncurrentDays, "NoncurrentVersionExpiration", "NoncurrentDays"); r.NoncurrentDays == 0 {
		e.set("NoncurrentVersionExpiration") // how many are kept means nothing without it
	}
	days(r.AbortDays, "AbortIncompleteMultipartUpload", "DaysAfterInitiation")
	return e
}

// putPrefix leaves the prefix where it stood. A filter of one other condition gets an And around both.
func (r LifecycleRule) putPrefix(e *element) {
	for _, path := range prefixPaths {
		k := e.child(path...)
		if k == nil {
			continue
		}
		if k.text = r.Prefix; k.text == "" && path[0] == "Filter" && len(path) == 3 {
			e.setText("", path...)
		}
		return
	}
	filter := e.child("Filter")
	switch {
	case filter == nil:
		at := branch("Filter", leaf("Prefix", r.Prefix))
		e.set("Filter", at)
	case r.Prefix == "":
	case filter.child("And") != nil:
		filter.setText(r.Prefix, "And", "Prefix")
	case len(filter.kids) == 0:
		filter.set("Prefix", leaf("Prefix", r.Prefix))
	default:
		filter.kids = []*element{branch("And", append([]*element{leaf("Prefix", r.Prefix)}, filter.kids...)...)}
	}
}

// SetLifecycle sets the rules that l has now in the place of those that it was read with; without any they are removed.
// Rules that were edited should have passed Check.
func (s *Store) SetLifecycle(ctx context.Context, space string, l Lifecycle) error {
	var now *element
	if len(l.Rules) > 0 {
		now = l.was.clone(lifecycleDocument.root)
		rules := make([]*element, len(l.Rules))
		for i, r := range l.Rules {
			rules[i] = r.element()
		}
		now.set("Rule", rules...)
	}
	return s.replaceDocument(ctx, space, lifecycleDocument, l.was, now, l.keptIn)
}

// keptIn says whether a document has the rules, in whatever order: Ceph sorts them by their ids, which it gives to those
// that have none.
func (l Lifecycle) keptIn(got *element) bool {
	list := got.named("Rule")
	if len(list) != len(l.Rules) {
		return false
	}
	have := map[LifecycleRule]int{}
	for _, e := range list {
		have[readLifecycleRule(e).bare()]++
	}
	for _, r := range l.Rules {
		if have[r.bare()]--; have[r.bare()] < 0 {
			return false
		}
	}
	return true
}

// bare is a rule to compare.
func (r LifecycleRule) bare() LifecycleRule {
	r.ID, r.tree = "", nil
	if r.ExpireDays > 0 {
		r.ExpireDate = ""
	}
	if date, _, ok := strings.Cut(r.ExpireDate, "T"); ok { // written with and without fractions of seconds
		r.ExpireDate = date
	}
	return r
}

// Check says what S3 would refuse in a rule.
func (r LifecycleRule) Check() error {
	switch {
	case r.ExpireDays < 0 || r.NoncurrentDays < 0 || r.AbortDays < 0:
		return errors.New("days are whole numbers from 1 on")
	case r.ExpireDays == 0 && r.ExpireDate == "" && !r.Markers && r.NoncurrentDays == 0 && r.AbortDays == 0 && len(r.Others()) == 0:
		return errors.New("it does nothing: set days for one of them")
	case r.Markers && (r.ExpireDays > 0 || r.ExpireDate != ""):
		return errors.New("delete markers go by a rule of their own: S3 does not take them together with days")
	case len(r.ID) > 255:
		return errors.New("its name has at most 255 characters")
	case strings.ContainsFunc(r.Prefix, notInXML):
		return errors.New("the prefix has a character that XML has no room for")
	}
	return nil
}

// Others are what a rule has that this program does not edit, in words: it stays as it is.
func (r LifecycleRule) Others() (list []string) {
	if r.tree == nil {
		return nil
	}
	filter := r.tree.child("Filter")
	if and := filter.child("And"); and != nil {
		filter = and
	}
	if filter != nil {
		for _, k := range filter.kids {
			switch k.name {
			case "Prefix", "And":
			case "Tag":
				list = append(list, "only with the tag "+k.value("Key")+"="+k.value("Value"))
			case "ObjectSizeGreaterThan":
				list = append(list, "only larger than "+k.value()+" bytes")
			case "ObjectSizeLessThan":
				list = append(list, "only smaller than "+k.value()+" bytes")
			default:
				list = append(list, "only where "+k.name)
			}
		}
	}
	if n := r.tree.value("NoncurrentVersionExpiration", "NewerNoncurrentVersions"); n != "" {
		list = append(list, "the newest "+n+" older versions are kept")
	}
	for _, k := range r.tree.kids {
		switch k.name {
		case "ID", "Status", "Prefix", "Filter", "Expiration", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload":
		case "Transition", "NoncurrentVersionTransition":
			list = append(list, "moves to the class "+k.value("StorageClass"))
		default:
			list = append(list, k.name)
		}
	}
	return list
}
