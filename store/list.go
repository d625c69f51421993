package store

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// A page goes on after a key as it is, or after one of these and what the endpoint gave. No key starts with NUL.
const (
	afterToken  = "\x00t" // a continuation token of ListObjectsV2
	afterMarker = "\x00m" // a marker of ListObjects
)

// afterAll behind a prefix stands after all keys with it, but for those that nobody has.
const afterAll = "\U0010ffff"

// fewest is the least that a page is asked for: MinIO answers a listing of one key whose prefix is a key with that key, and
// as if there were no more (cmd/erasure-server-pool.go, ListObjects).
const fewest = 2

// List reads one page. After may be the Next of the page before or any key; keys are exact, whatever bytes they have,
// where the endpoint can say them: what XML cannot carry is asked for again, percent-encoded.
func (s *Store) List(ctx context.Context, r ListRequest) (Page, error) {
	if r.Pages > 1 {
		return s.listRun(ctx, r)
	}
	return s.listPage(ctx, r)
}

func (s *Store) listPage(ctx context.Context, r ListRequest) (Page, error) {
	ask := func(encode bool) (Page, error) { return s.list(ctx, r, encode) }
	page, err := exactly(s, ask, Page.keys)
	if err == errGarbled && r.Max > 0 {
		r.Max = 0 // among more there is one
		page, err = exactly(s, ask, Page.keys)
	}
	if err == nil && slices.ContainsFunc(page.Entries, func(e Entry) bool { return !strings.HasPrefix(e.Key, r.Prefix) }) {
		err = errors.New("the endpoint sent keys of other folders than was asked for") // or changed them: see exactly
	}
	if err != nil {
		return Page{}, s.wrap("list", Ref{Space: r.Space, Key: r.Prefix}, err)
	}
	return page, nil
}

// exactly asks for keys, and again percent-encoded when the answer is no XML, or has U+FFFD in a key: endpoints written in
// Go put it in the place of control characters. What the endpoint needs is kept in mind.
func exactly[T any](s *Store, ask func(encode bool) (T, error), keys func(T) iter.Seq[string]) (T, error) {
	encode := s.encodes()
	got, err := ask(encode)
	if encode || err != nil && !isUnparsable(err) || err == nil && !isGarbled(keys(got)) {
		return got, err
	}
	exact, again := ask(true)
	switch {
	case err != nil && again == nil:
		s.learned.encode.Store(true)
	case err != nil || again != nil:
		return got, err
	case !isGarbled(keys(exact)):
		s.learned.encode.Store(true)
	}
	return exact, nil
}

// isGarbled says whether a key may not be what it looks like.
func isGarbled(keys iter.Seq[string]) bool {
	for key := range keys {
		if strings.Contains(key, "\ufffd") {
			return true
		}
	}
	return false
}

func (p Page) keys() iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range p.Entries {
			if !yield(p.Entries[i].Key) {
				return
			}
		}
	}
}

// isUnparsable says whether an answer came that is not XML, or that nothing leads on from: control characters in keys make
// it so.
func isUnparsable(err error) bool {
	var broken *smithy.DeserializationError
	return errors.As(err, &broken) || err == errGarbled
}

func (s *Store) list(ctx context.Context, r ListRequest, encode bool) (Page, error) {
	key, isKey := r.After, !strings.HasPrefix(r.After, "\x00")
	marker, isMarker := strings.CutPrefix(r.After, afterMarker)
	var raw rawPage
	var err error
	switch {
	case isMarker:
		raw, err = s.listV1(ctx, r, marker, encode)
	case isKey && key != "" && !s.quirks.startAfter, s.learned.markers.Load() && isKey:
		raw, err = s.listV1(ctx, r, key, encode)
	default:
		raw, err = s.listV2(ctx, r, encode)
	}
	if err != nil {
		return Page{}, err
	}
	return s.page(r, raw)
}

func (s *Store) listV2(ctx context.Context, r ListRequest, encode bool) (rawPage, error) {
	in := &s3.ListObjectsV2Input{Bucket: &r.Space, Prefix: optional(r.Prefix), Delimiter: optional(r.Delimiter), MaxKeys: atMost(r.Max)}
	if token, ok := strings.CutPrefix(r.After, afterToken); ok {
		in.ContinuationToken = &token
	} else {
		in.StartAfter = optional(r.After)
	}
	if encode {
		in.EncodingType = types.EncodingTypeUrl
	}
	out, err := s.api.ListObjectsV2(ctx, in)
	if err != nil {
		return rawPage{}, err
	}
	return rawOfV2(out)
}

func (s *Store) listV1(ctx context.Context, r ListRequest, marker string, encode bool) (rawPage, error) {
	in := &s3.ListObjectsInput{Bucket: &r.Space, Prefix: optional(r.Prefix), Delimiter: optional(r.Delimiter), MaxKeys: atMost(r.Max),
		Marker: optional(marker)}
	if encode {
		in.EncodingType = types.EncodingTypeUrl
	}
	out, err := s.api.ListObjects(ctx, in)
	if err != nil {
		return rawPage{}, err
	}
	return rawOfV1(out)
}

// page puts folders and objects into one byte order and finds out where the listing goes on.
func (s *Store) page(r ListRequest, raw rawPage) (Page, error) {
	p := Page{Entries: raw.entries, More: raw.more}
	byKey := func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) }
	if !slices.IsSortedFunc(p.Entries, byKey) {
		p.Unordered = r.Delimiter == ""
		slices.SortFunc(p.Entries, byKey)
	}
	if after := keyOf(r.After); after != "" {
		p.Unordered = p.Unordered || r.Delimiter == "" && len(p.Entries) > 0 && p.Entries[0].Key < after
		// An endpoint that goes on at a folder, not after it, names the folder again.
		p.Entries = slices.DeleteFunc(p.Entries, func(e Entry) bool { return e.Key <= after })
	}
	if !p.More {
		return p, nil
	}
	if !raw.encoded && strings.Contains(raw.token+raw.marker, "\ufffd") {
		return p.exact()
	}
	return s.next(r, raw, p)
}

// errGarbled is of a page after which only keys lead on that are not what the endpoint meant: they cannot be sent back.
var errGarbled = errors.New("the endpoint changes characters of names, and so cannot say where the listing goes on")

// exact ends a page at the last key that can be sent back. What comes after it comes again.
func (p Page) exact() (Page, error) {
	isExact := func(e Entry) bool { return !strings.Contains(e.Key, "\ufffd") }
	for _, e := range slices.Backward(p.Entries) {
		if isExact(e) {
			p.Next = e.Key
			p.Entries = slices.DeleteFunc(p.Entries, func(e Entry) bool { return !isExact(e) && controlBefore(e.Key) > p.Next })
			return p, nil
		}
	}
	return Page{}, errGarbled
}

// controlBefore is where a key stands in the order that has a control character in the place of each U+FFFD.
func controlBefore(key string) string { return strings.ReplaceAll(key, "\ufffd", "\x01") }

// keyOf is the key that a listing goes on after, "" when only the endpoint knows.
func keyOf(after string) string {
	if strings.HasPrefix(after, afterToken) {
		return ""
	}
	return strings.TrimPrefix(after, afterMarker)
}

// next says where the page after p begins. A truncated page without a token has been seen: markers go on there.
func (s *Store) next(r ListRequest, raw rawPage, p Page) (Page, error) {
	last := ""
	if n := len(p.Entries); n > 0 {
		last = p.Entries[n-1].Key
	}
	switch {
	case s.isOurs() && last != "":
		p.Next, p.token = last, raw.token
	case raw.token != "" && afterToken+raw.token != r.After:
		p.Next, p.token = afterToken+raw.token, raw.token
	case raw.v1 && raw.marker != "" && raw.marker > keyOf(r.After):
		p.Next = afterMarker + raw.marker
	case last == "" && raw.v1 && r.Delimiter != "" && strings.HasSuffix(keyOf(r.After), r.Delimiter):
		p.Next = afterMarker + keyOf(r.After) + afterAll // it goes on within the folder, and so names it again
	case last != "":
		if !raw.v1 {
			s.learned.markers.Store(true)
		}
		p.Next = afterMarker + last
	default:
		return Page{}, errors.New("the endpoint says that there is more but not where")
	}
	return p, nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func atMost(n int) *int32 {
	if n <= 0 {
		return nil
	}
	return aws.Int32(int32(min(max(n, fewest), 1000)))
}

func bareETag(tag *string) string {
	return strings.Trim(strings.TrimPrefix(aws.ToString(tag), "W/"), `"`)
}

func quotedETag(tag string) *string {
	if tag == "" {
		return nil
	}
	return aws.String(`"` + tag + `"`)
}
