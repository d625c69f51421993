package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// CORSMethods are those that a rule can allow, and MaxCORSRules is how many rules there can be (S3 user guide, "Elements of
// a CORS configuration").
var CORSMethods = []string{"GET", "PUT", "POST", "DELETE", "HEAD"}

const MaxCORSRules = 100

// NoMaxAge is the MaxAge of a rule that says none.
const NoMaxAge = -1

// CORS is what a Space tells browsers about pages of other origins. The zero CORS is none.
type CORS struct {
	Rules []CORSRule
	was   *element
}

// CORSRule allows pages of some origins some methods. What else another tool wrote into it stays with it.
type CORSRule struct {
	ID                                 string
	Origins, Methods, Headers, Exposed []string
	MaxAge                             int // seconds, or NoMaxAge
	tree                               *element
}

var corsDocument = document{
	root: "CORSConfiguration", label: "CORS rules",
	get: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: &space}, o...)
		return err
	},
	put: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: &space, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{}}}, o...)
		return err
	},
	remove: func(ctx context.Context, a *s3.Client, space string) error {
		_, err := a.DeleteBucketCors(ctx, &s3.DeleteBucketCorsInput{Bucket: &space})
		return err
	},
}

// CORS reads the rules of a Space.
func (s *Store) CORS(ctx context.Context, space string) (CORS, error) {
	e, err := s.readDocument(ctx, space, corsDocument)
	if err != nil {
		return CORS{}, err
	}
	c := CORS{was: e}
	for _, k := range e.named("CORSRule") {
		c.Rules = append(c.Rules, readCORSRule(k))
	}
	return c, nil
}

func readCORSRule(e *element) CORSRule {
	r := CORSRule{ID: e.value("ID"), Origins: e.values("AllowedOrigin"), Methods: e.values("AllowedMethod"),
		Headers: e.values("AllowedHeader"), Exposed: e.values("ExposeHeader"), MaxAge: NoMaxAge, tree: e}
	if n, err := strconv.Atoi(e.value("MaxAgeSeconds")); err == nil {
		r.MaxAge = n
	}
	return r
}

// SetCORS sets the rules that c has now in the place of those that it was read with; without any they are removed. Rules
// that were edited should have passed Check: what an endpoint refuses it explains less well.
func (s *Store) SetCORS(ctx context.Context, space string, c CORS) error {
	var now *element
	if len(c.Rules) > 0 {
		now = c.was.clone(corsDocument.root)
		rules := make([]*element, len(c.Rules))
		for i, r := range c.Rules {
			rules[i] = r.element()
		}
		now.set("CORSRule", rules...)
	}
	return s.replaceDocument(ctx, space, corsDocument, c.was, now, c.keptIn)
}

// keptIn says whether a document has the rules, in their order. The order of values within a rule means nothing, and Ceph
// sorts them.
func (c CORS) keptIn(got *element) bool {
	list := got.named("CORSRule")
	if len(list) != len(c.Rules) {
		return false
	}
	for i, e := range list {
		if a, b := readCORSRule(e), c.Rules[i]; !sameSet(a.Origins, b.Origins) || !sameSet(a.Methods, b.Methods) {
			return false
		}
	}
	return true
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

func (r CORSRule) element() *element {
	e := r.tree.clone("CORSRule")
	e.setText(r.ID, "ID")
	e.set("AllowedOrigin", leaves("AllowedOrigin", r.Origins)...)
	e.set("AllowedMethod", leaves("AllowedMethod", r.Methods)...)
	e.set("AllowedHeader", leaves("AllowedHeader", r.Headers)...)
	e.set("ExposeHeader", leaves("ExposeHeader", r.Exposed)...)
	age := ""
	if r.MaxAge != NoMaxAge {
		age = strconv.Itoa(r.MaxAge)
	}
	e.setText(age, "MaxAgeSeconds")
	return e
}

// Check says what S3 would refuse in a rule.
func (r CORSRule) Check() error {
	switch {
	case len(r.Origins) == 0:
		return errors.New("it needs an origin: https://example.com, or * for all")
	case len(r.Methods) == 0:
		return errors.New("it needs a method")
	case r.MaxAge < NoMaxAge:
		return errors.New("the time that browsers remember it is a number of seconds")
	case len(r.ID) > 255:
		return errors.New("its name has at most 255 characters")
	}
	for _, m := range r.Methods {
		if !slices.Contains(CORSMethods, m) {
			return fmt.Errorf("%q is no method that can be allowed", m)
		}
	}
	for _, o := range r.Origins {
		if err := checkOrigin(o); err != nil {
			return err
		}
	}
	for _, h := range append(slices.Clone(r.Headers), r.Exposed...) {
		if !headerToken(h) || strings.Count(h, "*") > 1 {
			return fmt.Errorf("%q is no name of a header, in which one * can stand for anything", h)
		}
	}
	for _, h := range r.Exposed {
		if strings.Contains(h, "*") {
			return fmt.Errorf("the exposed header %q cannot have a *", h)
		}
	}
	return nil
}

func checkOrigin(o string) error {
	switch {
	case strings.Count(o, "*") > 1:
		return fmt.Errorf("the origin %q has more than one *", o)
	case strings.ContainsFunc(o, func(c rune) bool { return c <= ' ' || c == 0x7f || notInXML(c) }):
		return fmt.Errorf("the origin %q has characters that none has", o)
	case o != "*" && strings.Contains(o, "://") && strings.Contains(o[strings.Index(o, "://")+3:], "/"):
		return fmt.Errorf("an origin ends with the host or its port: browsers send no path, so %q never matches", o)
	case !strings.Contains(o, "://") && !strings.Contains(o, "*") && o != "null": // null: Fetch, "origin header"
		return fmt.Errorf("an origin begins with http:// or https://: browsers send it, so %q never matches", o)
	}
	return nil
}

// headerToken says whether a text is a token (RFC 9110, section 5.6.2). * is among its characters.
func headerToken(name string) bool {
	return name != "" && strings.Trim(name, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}
