package store

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
)

// What RGW, versitygw and this program's server send.
const (
	copied  = `<?xml version="1.0" encoding="UTF-8"?><CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LastModified>2026-11-26T12:00:00.123Z</LastModified><ETag>&quot;tag&quot;</ETag><ChecksumType>FULL_OBJECT</ChecksumType></CopyObjectResult>`
	private = `<?xml version="1.0" encoding="UTF-8"?><AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>me</ID><DisplayName>Sammy</DisplayName></Owner><AccessControlList><Grant>` + granteeUser + `<ID>me</ID><DisplayName>Sammy</DisplayName></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`
)

var public = strings.Replace(private, "<Grant>", "<Grant>"+granteeGroup+"<URI>"+everybody+"</URI></Grantee><Permission>READ</Permission></Grant><Grant>", 1)

func init() {
	for name, body := range map[string]string{"a whole copy": copied, "private": private, "public": public} {
		firstAnswers[name] = answer200(map[string]string{"ETag": `"tag"`}, body)
	}
}

func TestUsualDocumentsAreScanned(t *testing.T) {
	made, ok := scanCopy([]byte(copied))
	if !ok || bareETag(made.ETag) != "tag" || made.LastModified.UnixMilli() != 1795694400123 {
		t.Errorf("the copy is %+v %v", made, ok)
	}
	for body, want := range map[string]Access{private: Private, public: PublicRead} {
		if acl, ok := scanOwned([]byte(body)); !ok || accessOf(acl) != want || aws.ToString(acl.Owner.ID) != "me" {
			t.Errorf("%s is %+v %v", want, acl, ok)
		}
	}
}

// Permissions that are in any way others are never taken for these.
func TestUnusualPermissionsAreLeftToTheSDK(t *testing.T) {
	for _, change := range [][2]string{
		{"<ID>me</ID><DisplayName>Sammy</DisplayName></Grantee>", "<ID>you</ID><DisplayName>Sammy</DisplayName></Grantee>"},
		{"<ID>me</ID><DisplayName>Sammy</DisplayName></Grantee>", "<DisplayName>Sammy</DisplayName></Grantee>"},
		{"<ID>me</ID><DisplayName>Sammy</DisplayName></Grantee>", "<ID>me</ID><ID>you</ID></Grantee>"},
		{"<Owner><ID>me</ID><DisplayName>Sammy</DisplayName></Owner>", ""},
		{"<Owner><ID>me</ID>", "<Owner><ID></ID>"},
		{"global/AllUsers", "global/AuthenticatedUsers"}, {"<Permission>READ<", "<Permission>WRITE<"},
		{`xsi:type="Group"`, `xsi:type="AmazonCustomerByEmail"`}, {"</AccessControlPolicy>", "</AccessControlPolicy><Error/>"},
		{"</AccessControlPolicy>", ""}, {"</AccessControlList>", "<Grant/></AccessControlList>"}, {"<Owner>", "<!-- --><Owner>"},
		{"</AccessControlList>", "</AccessControlList><Grant></Grant>"}, {"<Permission>READ<", "<Condition>x</Condition><Permission>READ<"},
	} {
		body := strings.Replace(public, change[0], change[1], 1)
		if acl, ok := scanOwned([]byte(body)); ok || body == public {
			t.Errorf("with %q it is %+v", change[1], acl)
		}
	}
	for _, body := range []string{"", "<Error><Code>InternalError</Code></Error>", strings.Replace(copied, "2026", "yesterday", 1), strings.TrimSuffix(copied, ">")} {
		if made, ok := scanCopy([]byte(body)); ok || made.ETag != nil || made.LastModified != nil {
			t.Errorf("%q is a copy", body)
		}
	}
}

func TestASpaceIsAskedOnceForItsOwner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, answer := 0, make(chan bool)
		s := sentTo(t, Config{Endpoint: "http://127.0.0.1:9000"}, func(r *http.Request) (*http.Response, error) {
			if middleware.GetOperationName(r.Context()) == "GetBucketOwnershipControls" {
				asked++
				<-answer
			}
			return saying(200, nil, "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"), nil
		})
		var wg sync.WaitGroup
		for range 48 {
			wg.Go(func() {
				if !s.enforced(t.Context(), "media") {
					t.Error("it is not enforced")
				}
			})
		}
		synctest.Wait() // all of them wait
		close(answer)
		wg.Wait()
		if asked != 1 {
			t.Errorf("it is asked %d times", asked)
		}
	})
}

// Who gives up does not answer for the others: they ask.
func TestAnAnswerThatNobodyWaitedForIsNotKept(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	asked := 0
	s := sentTo(t, Config{Endpoint: "http://127.0.0.1:9000"}, func(r *http.Request) (*http.Response, error) {
		if asked++; asked == 1 {
			cancel()
			return nil, r.Context().Err()
		}
		return saying(200, nil, "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"), nil
	})
	if s.enforced(gone, "media") || !s.enforced(t.Context(), "media") || asked != 2 {
		t.Errorf("after %d questions it is not enforced", asked)
	}
}
