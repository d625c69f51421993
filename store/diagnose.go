package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Diagnosis is what came of trying a connection.
type Diagnosis struct {
	OK     bool   // it can be used
	State  string // in a few words
	Says   string // what is so, one sentence
	Advice string // what to do, or ""
	Fix    *Fix   // the setting that mends it, nil where none does
}

// Fix is a change of a profile. What is empty stays.
type Fix struct {
	What             string // of a button: "Use region ams3"
	Endpoint, Region string
	PathStyle        *bool
}

// On is the profile with the fix.
func (f *Fix) On(p Profile) Profile {
	p.Endpoint, p.Region = firstOf(f.Endpoint, p.Endpoint), firstOf(f.Region, p.Region)
	if f.PathStyle != nil {
		p.PathStyle = *f.PathStyle
	}
	return p
}

// Diagnose tries a connection: whether the endpoint is reached, takes the key, and finds its Spaces by their names. open
// makes a Store of a profile. Each request is sent once, so that trouble is told at once.
func Diagnose(ctx context.Context, p Profile, open func(context.Context, Profile) (*Store, error)) Diagnosis {
	s, err := open(ctx, p)
	if err != nil {
		return diagnosed(err, p)
	}
	spaces, err := s.ListSpaces(Once(ctx))
	switch {
	case isSpaceAddress(s, err):
		return spaceAddress(s)
	case errors.Is(err, Denied):
		return mayNotList(ctx, s, p)
	case err != nil:
		return diagnosed(err, p)
	}
	if d, wrong := addressing(ctx, s, spaces, p, open); wrong {
		return d
	}
	return Diagnosis{OK: true, State: "ok, " + plural(len(spaces), "Space"),
		Says: "It works: the endpoint knows this key, which has " + plural(len(spaces), "Space") + "."}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprint(n, " ", noun, "s")
}

// mayNotList is of a key that the endpoint knows, but that may not list Spaces: those that are named are tried.
func mayNotList(ctx context.Context, s *Store, p Profile) Diagnosis {
	if len(p.Spaces) == 0 {
		return Diagnosis{OK: true, State: "may not list Spaces",
			Says:   "The endpoint knows this key, but it may not list all Spaces.",
			Advice: "Name the Spaces that it may open; or type the path of one."}
	}
	for _, name := range p.Spaces {
		if _, err := s.Usage(Once(ctx), name); err != nil {
			d := diagnosed(err, p)
			d.Says = "The Space " + Printable(name) + ": " + d.Says
			return d
		}
	}
	return Diagnosis{OK: true, State: "ok, " + plural(len(p.Spaces), "Space") + " named",
		Says: "It works: this key may not list all Spaces, but opens those that are named."}
}

// addressing tries whether a Space is found by its name before the host, where Spaces are asked for so.
func addressing(ctx context.Context, s *Store, spaces []Space, p Profile, open func(context.Context, Profile) (*Store, error)) (Diagnosis, bool) {
	if s.path || len(spaces) == 0 {
		return Diagnosis{}, false
	}
	name := spaces[0].Name
	_, err := s.Usage(Once(ctx), name)
	if err == nil || errors.Is(err, Denied) || errors.Is(err, Canceled) {
		return Diagnosis{}, false
	}
	p.PathStyle = true
	other, opening := open(ctx, p)
	if opening != nil {
		return Diagnosis{}, false
	}
	if _, failed := other.Usage(Once(ctx), name); failed != nil {
		return Diagnosis{}, false // it is not for the style
	}
	yes := true
	return Diagnosis{State: "wrong addressing", Says: "Spaces are not found as NAME." + s.regionBase("").Host + ", but as " + s.regionBase("").Host + "/NAME.",
		Advice: "Set the addressing to path.", Fix: &Fix{What: "Use path addressing", PathStyle: &yes}}, true
}

// isSpaceAddress says whether an endpoint is the address of one Space: it answered with what is in that.
func isSpaceAddress(s *Store, err error) bool {
	labels := strings.SplitN(s.regionBase("").Hostname(), ".", 2)
	return err != nil && len(labels) == 2 && s.quirks.provider == "DigitalOcean" && strings.Count(labels[1], ".") == 2
}

func spaceAddress(s *Store) Diagnosis {
	_, rest, _ := strings.Cut(s.regionBase("").Host, ".")
	endpoint := s.regionBase("").Scheme + "://" + rest
	return Diagnosis{State: "address of a Space", Says: "This is the address of a Space, not of the endpoint.",
		Advice: "The endpoint is " + endpoint + ".", Fix: &Fix{What: "Use " + rest, Endpoint: endpoint}}
}

// diagnosed says what an error means for the settings of a connection.
func diagnosed(err error, p Profile) Diagnosis {
	var e *Error
	if !errors.As(err, &e) {
		return Diagnosis{State: "failed", Says: Capital(Printable(err.Error())) + "."}
	}
	d := Diagnosis{State: string(e.Kind), Says: Capital(Printable(e.Err.Error())) + ".", Advice: e.Advice()}
	var scheme *cause
	region := regionTold(e)
	switch {
	case errors.As(e.Err, &scheme) && scheme.speaks != "":
		d.State = map[string]string{"http": "no TLS there", "https": "TLS is wanted"}[scheme.speaks]
		if to := otherScheme(p.Endpoint, scheme.speaks); to != "" {
			d.Fix = &Fix{What: "Use " + scheme.speaks, Endpoint: to}
		}
	case e.Code == "RequestTimeTooSkewed":
		d.State, d.Says = "wrong clock", "This computer's clock is wrong"+skew(err)+"."
		d.Advice = "Set it: timedatectl set-ntp true, or the settings of your system. Links and signatures depend on it."
	case region != "" && region != p.Region:
		d.State, d.Says = "wrong region", "The endpoint is in the region "+Printable(region)+"."
		d.Advice, d.Fix = "Set the region to "+Printable(region)+".", &Fix{What: "Use region " + Printable(region), Region: region}
	case e.Code == "InvalidAccessKeyId":
		d.State, d.Says = "unknown key", "The endpoint does not know the access key "+Printable(firstOf(p.AccessKey, "it was given"))+"."
		d.Advice = "Check that the key and the endpoint belong together."
	case e.Code == "SignatureDoesNotMatch":
		d.State, d.Says = "wrong secret", "The secret does not belong to the access key "+Printable(firstOf(p.AccessKey, "it was given"))+"."
		d.Advice = "Write the secret again. If it is right, something between here and the endpoint changes requests."
	case e.Kind == Unreachable:
		d.State, d.Says, d.Advice = unreached(err, d)
	case e.Kind == BadCredentials && e.Status == 0:
		d.State = "no key"
	}
	return d
}

// unreached says why an endpoint was not reached.
func unreached(err error, d Diagnosis) (state, says, advice string) {
	var name *net.DNSError
	var cert *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var other *stranger
	switch {
	case errors.As(err, &name):
		return "no such host", "There is no host of the name " + Printable(name.Name) + ".", "Check the address of the endpoint, and the network."
	case errors.As(err, &host):
		return "wrong certificate", "The certificate of the endpoint is for another name.", "Check the address; a Space with dots in its name needs path addressing."
	case errors.As(err, &authority), errors.As(err, &cert):
		return "untrusted certificate", d.Says, "Put the certificate of its authority into a file that AWS_CA_BUNDLE names."
	case errors.As(err, &other):
		return "something else answers", d.Says, "Check the address and the port: this is no S3 endpoint."
	}
	var silent net.Error
	var at *net.OpError
	switch {
	case errors.As(err, &at) && errors.Is(err, syscall.ECONNREFUSED):
		return "not reachable", "Nothing listens at " + Printable(at.Addr.String()) + ": the connection was refused.", d.Advice
	case errors.As(err, &silent) && silent.Timeout():
		return "no answer", "The endpoint does not answer.", d.Advice
	}
	return "not reachable", d.Says, d.Advice
}

var expecting = regexp.MustCompile(`expecting '([A-Za-z0-9-]+)'`)

// regionTold is the region that an endpoint says a request is for: in a header, or in words (S3: AuthorizationHeaderMalformed).
func regionTold(e *Error) string {
	var answer *awshttp.ResponseError
	if errors.As(e.Err, &answer) && answer.Response != nil {
		if region := answer.Response.Header.Get("X-Amz-Bucket-Region"); region != "" && slices.Contains([]string{
			"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException", "MovedPermanently", ""}, e.Code) && e.Status != http.StatusForbidden {
			return region
		}
	}
	if m := expecting.FindStringSubmatch(e.Err.Error()); m != nil && e.Code == "AuthorizationHeaderMalformed" {
		return m[1]
	}
	return ""
}

// skew is how far the clock is off, by the date of the answer.
func skew(err error) string {
	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil {
		return ""
	}
	theirs, err := http.ParseTime(answer.Response.Header.Get("Date"))
	request := answer.Response.Request
	if err != nil || request == nil {
		return ""
	}
	ours, err := time.Parse("20060102T150405Z", request.Header.Get("X-Amz-Date"))
	if err != nil {
		return ""
	}
	off := ours.Sub(theirs).Round(time.Minute)
	if off < 0 {
		return " by " + hours(-off) + ": it is slow"
	}
	return " by " + hours(off) + ": it is fast"
}

func hours(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return plural(int(d/(24*time.Hour)), "day")
	case d >= 2*time.Hour:
		return plural(int(d/time.Hour), "hour")
	}
	return plural(int(d/time.Minute), "minute")
}

func otherScheme(endpoint, scheme string) string {
	u, err := parseEndpoint(endpoint)
	if err != nil || u == nil {
		return ""
	}
	return (&url.URL{Scheme: scheme, Host: u.Host}).String()
}
