package server_test

import (
	"strings"
	"testing"
)

// denied is a policy that denies everybody an action on objects of the Space.
func denied(action string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"` + action + `","Resource":"arn:aws:s3:::media/*"}]}`
}

func TestLocksNeedPermissionsOfTheirOwn(t *testing.T) {
	f := withLocks(t)
	ten, five := inDays(10), inDays(5)
	mode, until, hold := "X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date", "X-Amz-Object-Lock-Legal-Hold"
	id := f.putLocked("/media/a", "x", mode, "GOVERNANCE", until, ten).Header.Get("X-Amz-Version-Id")

	f.want(204, "PUT", "/media?policy", denied("s3:BypassGovernanceRetention"))
	f.refuse(403, "AccessDenied", "PUT", "/media/a?retention", retentionDoc("GOVERNANCE", five), bypassing, "true")
	f.refuse(403, "AccessDenied", "DELETE", "/media/a?versionId="+id, "", bypassing, "true")

	f.want(204, "PUT", "/media?policy", denied("s3:PutObjectRetention"))
	f.refuse(403, "AccessDenied", "PUT", "/media/a?retention", retentionDoc("GOVERNANCE", inDays(20)))
	f.refuse(403, "AccessDenied", "PUT", "/media/b", "x", mode, "GOVERNANCE", until, ten)
	f.refuse(403, "AccessDenied", "POST", "/media/b?uploads", "", mode, "GOVERNANCE", until, ten)
	f.putLocked("/media/b", "x", hold, "ON")

	f.want(204, "PUT", "/media?policy", denied("s3:PutObjectLegalHold"))
	f.refuse(403, "AccessDenied", "PUT", "/media/b?legal-hold", "<LegalHold><Status>OFF</Status></LegalHold>")
	f.refuse(403, "AccessDenied", "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a", hold, "ON")

	f.want(204, "PUT", "/media?policy", strings.Replace(denied("s3:GetObjectRetention"), `"s3:GetObjectRetention"`, `["s3:GetObjectRetention","s3:GetObjectLegalHold"]`, 1))
	f.refuse(403, "AccessDenied", "GET", "/media/a?retention", "")
	f.refuse(403, "AccessDenied", "GET", "/media/b?legal-hold", "")
	f.wantLock("/media/a", "", "", "")
	f.wantLock("/media/b", "", "", "")
	f.want(204, "DELETE", "/media?policy", "")
	f.wantLock("/media/a", "GOVERNANCE", ten, "")
	f.wantLock("/media/b", "", "", "ON")
}

func TestLockConfigurationsHaveActionsOfTheirOwn(t *testing.T) {
	f := withLocks(t)
	for _, action := range []string{"GetBucketObjectLockConfiguration", "PutBucketObjectLockConfiguration"} {
		f.want(204, "PUT", "/media?policy", strings.Replace(denied("s3:"+action), "media/*", "media", 1))
		if action[0] == 'G' {
			f.refuse(403, "AccessDenied", "GET", "/media?object-lock", "")
			continue
		}
		f.refuse(403, "AccessDenied", "PUT", "/media?object-lock", lockDoc(""))
	}
}
