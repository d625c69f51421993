package server_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digitalocean/godo"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// withGodo runs a test with DigitalOcean's client, over http and over https.
func withGodo(t *testing.T, test func(t *testing.T, f *front, keys godo.SpacesKeysService)) {
	t.Helper()
	overBoth(t, func(t *testing.T, f *front) { test(t, f, f.godo(adminToken)) }, withRing)
}

// godo makes a client that carries a token.
func (f *front) godo(token string) godo.SpacesKeysService {
	f.Helper()
	c, err := godo.New(&http.Client{Transport: f.transport()}, godo.SetBaseURL(f.url+"/"), godo.SetRequestHeaders(map[string]string{"Authorization": "Bearer " + token}))
	if err != nil {
		f.Fatal(err)
	}
	return c.SpacesKeys
}

func grantsOf(k *godo.SpacesKey) (list []godo.Grant) {
	for _, g := range k.Grants {
		list = append(list, *g)
	}
	return list
}

// godoFailed checks the form of a refusal (DigitalOcean API, "HTTP Statuses").
func godoFailed(t *testing.T, err error, status int) {
	t.Helper()
	var e *godo.ErrorResponse
	if !errors.As(err, &e) || e.Response.StatusCode != status || e.Message == "" || e.RequestID == "" {
		t.Errorf("%v, want %d", err, status)
	}
}

func TestGodoMakesReadsChangesAndDeletesKeys(t *testing.T) {
	withGodo(t, func(t *testing.T, f *front, keys godo.SpacesKeysService) {
		ctx := t.Context()
		for name, c := range map[string]struct{ given, kept []godo.Grant }{
			"read":      {given: []godo.Grant{{Bucket: "my-bucket", Permission: godo.SpacesKeyRead}}},
			"readwrite": {given: []godo.Grant{{Bucket: "my-bucket", Permission: godo.SpacesKeyReadWrite}}},
			"one":       {given: []godo.Grant{{Bucket: "my-bucket", Permission: godo.SpacesKeyFullAccess}}},
			"all":       {given: []godo.Grant{{Permission: godo.SpacesKeyFullAccess}}},
			"several":   {given: []godo.Grant{{Bucket: "my-bucket", Permission: godo.SpacesKeyRead}, {Bucket: "my-bucket2", Permission: godo.SpacesKeyReadWrite}}},
			"none":      {},
			"mixed": {given: []godo.Grant{{Bucket: "my-bucket", Permission: godo.SpacesKeyRead}, {Permission: godo.SpacesKeyFullAccess}},
				kept: []godo.Grant{{Permission: godo.SpacesKeyFullAccess}}},
		} {
			q := &godo.SpacesKeyCreateRequest{Name: name}
			for _, g := range c.given {
				q.Grants = append(q.Grants, &g)
			}
			if c.kept == nil {
				c.kept = c.given
			}
			k, res, err := keys.Create(ctx, q)
			noError(t, err)
			made, bad := time.Parse(time.RFC3339, k.CreatedAt)
			if res.StatusCode != 201 || k.Name != name || k.AccessKey == "" || k.SecretKey == "" || bad != nil || time.Since(made).Abs() > time.Minute || !slices.Equal(grantsOf(k), c.kept) {
				t.Errorf("%s: %d %+v %v", name, res.StatusCode, k, grantsOf(k))
			}
			got, res, err := keys.Get(ctx, k.AccessKey)
			noError(t, err)
			if res.StatusCode != 200 || got.SecretKey != "" || got.Name != name || got.AccessKey != k.AccessKey || got.CreatedAt != k.CreatedAt || !slices.Equal(grantsOf(got), c.kept) {
				t.Errorf("%s: %d %+v", name, res.StatusCode, got)
			}
			wider := godo.Grant{Bucket: "other", Permission: godo.SpacesKeyReadWrite}
			got, res, err = keys.Update(ctx, k.AccessKey, &godo.SpacesKeyUpdateRequest{Name: name + " renamed", Grants: []*godo.Grant{&wider}})
			noError(t, err)
			if res.StatusCode != 200 || got.Name != name+" renamed" || got.AccessKey != k.AccessKey || got.SecretKey != "" || !slices.Equal(grantsOf(got), []godo.Grant{wider}) {
				t.Errorf("%s: %d %+v", name, res.StatusCode, got)
			}
			// A client that only renames sends no grants.
			got, _, err = keys.Update(ctx, k.AccessKey, &godo.SpacesKeyUpdateRequest{Name: name})
			if noError(t, err); got.Name != name || !slices.Equal(grantsOf(got), []godo.Grant{wider}) {
				t.Errorf("%s: %+v", name, got)
			}
			res, err = keys.Delete(ctx, k.AccessKey)
			if noError(t, err); res.StatusCode != 204 {
				t.Error(res.StatusCode)
			}
			_, _, err = keys.Get(ctx, k.AccessKey)
			godoFailed(t, err, 404)
		}
	})
}

func TestGodoListsKeysInPages(t *testing.T) {
	withGodo(t, func(t *testing.T, f *front, keys godo.SpacesKeysService) {
		const total = 45
		for i := range total {
			_, _, err := keys.Create(t.Context(), &godo.SpacesKeyCreateRequest{Name: fmt.Sprintf("key-%02d", i)})
			noError(t, err)
		}
		for _, size := range []int{0, 7, 15, 200} {
			names, pages, opts := map[string]bool{}, 0, &godo.ListOptions{PerPage: size}
			for {
				list, res, err := keys.List(t.Context(), opts)
				noError(t, err)
				pages++
				for _, k := range list {
					if names[k.Name] || k.SecretKey != "" {
						t.Errorf("%+v", k)
					}
					names[k.Name] = true
				}
				at, err := res.Links.CurrentPage()
				if noError(t, err); res.Meta.Total != total || at != pages {
					t.Fatalf("page %d of %d keys, want %d of %d", at, res.Meta.Total, pages, total)
				}
				if res.Links.IsLastPage() {
					break
				}
				if !strings.HasPrefix(res.Links.Pages.Next, f.url+"/v2/spaces/keys?") {
					t.Error(res.Links.Pages.Next)
				}
				opts.Page = at + 1
			}
			if size == 0 {
				size = 20 // DigitalOcean API, "Links & Pagination"
			}
			if len(names) != total || pages != (total+size-1)/size {
				t.Errorf("%d keys on %d pages of %d", len(names), pages, size)
			}
		}
	})
}

func TestGodoIsRefusedWhatIsWrong(t *testing.T) {
	withGodo(t, func(t *testing.T, f *front, keys godo.SpacesKeysService) {
		ctx := t.Context()
		for _, q := range []godo.SpacesKeyCreateRequest{
			{}, {Name: "a", Grants: []*godo.Grant{{Bucket: "my-bucket", Permission: "write"}}}, {Name: "a", Grants: []*godo.Grant{{Bucket: "No_Bucket", Permission: godo.SpacesKeyRead}}},
		} {
			_, _, err := keys.Create(ctx, &q)
			godoFailed(t, err, 400)
		}
		_, _, err := keys.Update(ctx, "DOMISSING", &godo.SpacesKeyUpdateRequest{Name: "a"})
		godoFailed(t, err, 404)
		_, err = keys.Delete(ctx, "DOMISSING")
		godoFailed(t, err, 404)
		_, _, err = keys.List(ctx, &godo.ListOptions{PerPage: 1000})
		godoFailed(t, err, 400)
		for _, token := range []string{"", "wrong", adminToken + "x"} {
			_, _, err := f.godo(token).List(ctx, nil)
			godoFailed(t, err, 401)
		}
		if list, _, err := keys.List(ctx, nil); err != nil || len(list) != 0 {
			t.Error(list, err)
		}
	})
}

// TestKeysThatGodoMakesWork: a key is good at once, for its grants only, and
// for nothing once it is deleted.
func TestKeysThatGodoMakesWork(t *testing.T) {
	withGodo(t, func(t *testing.T, f *front, keys godo.SpacesKeysService) {
		f.want(200, "PUT", "/media", "")
		f.want(200, "PUT", "/media/a", "hello")
		k, _, err := keys.Create(t.Context(), &godo.SpacesKeyCreateRequest{Name: "reader", Grants: []*godo.Grant{{Bucket: media, Permission: godo.SpacesKeyRead}}})
		noError(t, err)
		c := sure(minio.New(f.addr, &minio.Options{Creds: credentials.NewStaticV4(k.AccessKey, k.SecretKey, ""), Secure: f.scheme == "https", Transport: f.transport(), MaxRetries: 1}))(t)
		sure(c.StatObject(t.Context(), media, "a", minio.StatObjectOptions{}))(t)
		_, err = c.PutObject(t.Context(), media, "b", strings.NewReader("x"), 1, minio.PutObjectOptions{})
		failed(t, err, 403, "AccessDenied")
		_, _, err = keys.Update(t.Context(), k.AccessKey, &godo.SpacesKeyUpdateRequest{Name: "writer", Grants: []*godo.Grant{{Bucket: media, Permission: godo.SpacesKeyReadWrite}}})
		noError(t, err)
		sure(c.PutObject(t.Context(), media, "b", strings.NewReader("x"), 1, minio.PutObjectOptions{}))(t)
		_, err = keys.Delete(t.Context(), k.AccessKey)
		noError(t, err)
		_, _, _, err = minio.Core{Client: c}.GetObject(t.Context(), media, "a", minio.GetObjectOptions{})
		failed(t, err, 403, "InvalidAccessKeyId")
	})
}
