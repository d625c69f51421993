package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"spaces/store"
)

// Open gives a Store on the endpoint that is looked at, the same one at every call; change, where it is not nil, changes
// how it is opened.
type Open func(t testing.TB, change func(*store.Config)) *store.Store

// target is an endpoint under test.
type target struct {
	testing.TB
	Store  *store.Store
	engine Engine
	open   Open
}

func (t *target) lacks(f Feature) bool {
	_, lacks := t.engine.Lacks(f)
	return lacks
}

// contract is what a Store promises on every endpoint, by feature.
var contract = []struct {
	feature Feature
	run     func(t *target)
}{
	{"Spaces: create, list, destroy", testSpaces},
	{PublicListing, testPublicListing},
	{usage, testUsage},
	{"Files with headers and metadata", testRoundTrip},
	{Permissions, testAccess},
	{Tags, testTags},
	{"Keys of any letters", keysThat(ordinary)},
	{dots, keysThat(dotted)},
	{slashes, keysThat(doubled)},
	{controls, keysThat(controlled)},
	{longKeys, keysThat(long)},
	{nestedKeys, testNestedKeys},
	{"Listings in order, of any page size", testListing},
	{"Ranges", testRanges},
	{"Copies carry everything", testCopy},
	{"Large copies carry everything", testCopyInParts},
	{"Writes that refuse what was changed meanwhile", testGuards},
	{"Metadata changed in place", testMetadata},
	{"Files edited in place", testReplace},
	{rename, testRename},
	{"Addresses and Quick Share", testPlaces},
	{"Uploads in parts", testMultipart},
	{"Deletes of many", testDeleteMany},
	{"CORS rules", testCORS},
	{lifecycle, testLifecycle},
	{"Versioning", testVersioning},
	{VersionTimes, testVersionTimes},
	{"Bucket policy", testPolicy},
	{encryption, testEncryption},
	{accessLogs, testLogging},
	{AccessKeys, testKeysOfAccess},
	{"Errors that say what is wrong", testErrors},
	{"Requests that end when they are canceled", testCanceled},
}

// Contract names what Run checks, in order.
func Contract() []Feature {
	var all []Feature
	for _, c := range contract {
		all = append(all, c.feature)
	}
	return all
}

// Run checks that a Store keeps its promises on an endpoint: all but what the table says that the engine has not, and of
// that, that it is so. It leaves nothing behind. open is called for each promise,
// with the test that it is kept in.
func Run(t *testing.T, e Engine, open func(t *testing.T, f Feature) Open) {
	for _, c := range contract {
		t.Run(string(c.feature), func(t *testing.T) {
			open := open(t, c.feature)
			e.holds(t, c.feature, func(tb testing.TB) {
				c.run(&target{TB: tb, Store: open(t, nil), engine: e, open: open})
			})
		})
	}
}

// spaceName is the name of a Space that is nobody else's.
func spaceName() string { return "suite-" + strings.ToLower(rand.Text()[:12]) }

func (t *target) newSpace() string {
	t.Helper()
	name := spaceName()
	check(t, t.Store.CreateSpace(t.Context(), name, store.CreateOptions{}))
	t.leaves(name)
	return name
}

// leaves takes a Space away after the test, with all that is in it: the next look at the engine begins with an empty one.
func (t *target) leaves(name string) {
	s := t.Store
	t.Cleanup(func() {
		ctx := context.Background()
		for range 3 {
			if err := s.DeleteSpace(ctx, name); !errors.Is(err, store.NotEmpty) {
				return
			}
			if page, err := s.Versions(ctx, store.VersionsRequest{Space: name}); err == nil {
				_, _ = s.DeleteVersions(ctx, name, page.Versions)
			} else if page, err := s.List(ctx, store.ListRequest{Space: name}); err == nil {
				for _, e := range page.Entries {
					_ = s.Delete(ctx, store.Ref{Space: name, Key: e.Key})
				}
			}
		}
	})
}
