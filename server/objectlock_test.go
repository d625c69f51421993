package server_test

import (
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/storage"
)

const bypassing = "X-Amz-Bypass-Governance-Retention"

// withLocks is a Space whose versions can be locked.
func withLocks(t testing.TB) *fixture {
	f := newFixture(t)
	f.want(200, "PUT", "/media", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	return f
}

// putLocked writes a version that is locked: it needs a digest of its body.
func (f *fixture) putLocked(at, body string, headers ...string) answer {
	f.Helper()
	return f.want(200, "PUT", at, body, append([]string{"Content-Md5", md5Base64(body)}, headers...)...)
}

func inDays(n int) string { return time.Now().AddDate(0, 0, n).UTC().Format(time.RFC3339) }

func retentionDoc(mode, until string) string {
	return "<Retention><Mode>" + mode + "</Mode><RetainUntilDate>" + until + "</RetainUntilDate></Retention>"
}

func lockDoc(rule string) string {
	return "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>" + rule + "</ObjectLockConfiguration>"
}

func defaultRule(in string) string {
	return "<Rule><DefaultRetention>" + in + "</DefaultRetention></Rule>"
}

// wantLock compares the headers of a lock; until is compared to the second.
func (f *fixture) wantLock(at, mode, until, hold string) {
	f.Helper()
	for _, method := range []string{"GET", "HEAD"} {
		h := f.want(200, method, at, "").Header
		got := h.Get("X-Amz-Object-Lock-Retain-Until-Date")
		if h.Get("X-Amz-Object-Lock-Mode") != mode || h.Get("X-Amz-Object-Lock-Legal-Hold") != hold || strings.TrimSuffix(got, ".000Z") != strings.TrimSuffix(until, "Z") {
			f.Fatalf("%s %s: %v", method, at, h)
		}
	}
}

func TestASpaceWithLocksKeepsItsVersions(t *testing.T) {
	f := withLocks(t)
	if a := f.want(200, "GET", "/media?versioning", ""); first(a.body, "Status") != "Enabled" {
		t.Error(a.body)
	}
	if a := f.want(200, "GET", "/media?object-lock", ""); first(a.body, "ObjectLockEnabled") != "Enabled" || strings.Contains(a.body, "Rule") {
		t.Error(a.body)
	}
	f.refuse(409, "InvalidBucketState", "PUT", "/media?versioning", versioningOff)
	f.want(200, "PUT", "/media?versioning", versioningOn)
	if sp, _ := f.engine.Space("media"); sp.Versioning != storage.Enabled {
		t.Error(sp.Versioning)
	}
}

func TestLocksNeedASpaceWithLocks(t *testing.T) {
	f := withVersions(t)
	f.putVersion("/media/a", "x")
	before := f.dump()
	for _, sub := range []string{"retention", "legal-hold"} {
		f.refuse(400, "InvalidRequest", "GET", "/media/a?"+sub, "")
		f.refuse(404, "NoSuchBucket", "GET", "/missing/a?"+sub, "")
	}
	f.refuse(400, "InvalidRequest", "PUT", "/media/a?retention", retentionDoc("GOVERNANCE", inDays(1)))
	f.refuse(400, "InvalidRequest", "PUT", "/media/a?legal-hold", "<LegalHold><Status>ON</Status></LegalHold>")
	f.refuse(400, "InvalidRequest", "PUT", "/media/b", "x", "X-Amz-Object-Lock-Legal-Hold", "ON")
	f.refuse(400, "InvalidRequest", "POST", "/media/b?uploads", "", "X-Amz-Object-Lock-Legal-Hold", "ON")
	f.refuse(501, "NotImplemented", "PUT", "/media/b?renameObject", "", "X-Amz-Rename-Source", "a", "X-Amz-Object-Lock-Legal-Hold", "ON")
	f.refuse(404, "ObjectLockConfigurationNotFoundError", "GET", "/media?object-lock", "")
	if f.dump() != before {
		t.Error("something changed")
	}
	f.want(200, "PUT", "/media?object-lock", lockDoc(""))
	f.want(200, "PUT", "/media/a?retention", retentionDoc("GOVERNANCE", inDays(1)))
}

func TestLockConfigurationsAreChecked(t *testing.T) {
	f := withSpace(t)
	f.refuse(409, "InvalidBucketState", "PUT", "/media?object-lock", lockDoc(""))
	f.refuse(404, "NoSuchBucket", "PUT", "/missing?object-lock", lockDoc(""))
	f.want(200, "PUT", "/media?versioning", versioningOn)
	mode := "<Mode>GOVERNANCE</Mode>"
	for code, docs := range map[string][]string{
		"MissingRequestBodyError": {""},
		"NotImplemented":          {lockDoc(defaultRule(mode + "<Days>1</Days><DefaultEventHold><Days>1</Days></DefaultEventHold>"))},
		"MalformedXML": {"<Other/>", "<ObjectLockConfiguration/>", lockDoc("<Other/>"), lockDoc("<Rule/>"), lockDoc(defaultRule("")), lockDoc(defaultRule(mode)),
			lockDoc(defaultRule("<Days>1</Days>")), lockDoc(defaultRule("<Mode>governance</Mode><Days>1</Days>")), lockDoc(defaultRule(mode + "<Days>x</Days>")),
			lockDoc(defaultRule(mode + "<Days>1</Days><Years>1</Years>")), lockDoc(defaultRule(mode+"<Days>1</Days>") + defaultRule(mode+"<Days>1</Days>")),
			"<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled></ObjectLockConfiguration>"},
		"InvalidArgument": {lockDoc(defaultRule(mode + "<Days>0</Days>")), lockDoc(defaultRule(mode + "<Years>-1</Years>")),
			lockDoc(defaultRule(mode + "<Days>36501</Days>")), lockDoc(defaultRule(mode + "<Years>101</Years>"))},
	} {
		for _, doc := range docs {
			f.refuse(server.Codes()[code], code, "PUT", "/media?object-lock", doc)
		}
	}
	f.refuse(404, "ObjectLockConfigurationNotFoundError", "GET", "/media?object-lock", "")
	f.want(200, "PUT", "/media?object-lock", lockDoc(defaultRule(mode+"<Years>100</Years>")))
	if a := f.want(200, "GET", "/media?object-lock", ""); first(a.body, "Years") != "100" || first(a.body, "Mode") != "GOVERNANCE" {
		t.Error(a.body)
	}
}

func TestBadRetentionsAreRefused(t *testing.T) {
	f := withLocks(t)
	f.putVersion("/media/a", "x")
	f.refuse(404, "NoSuchObjectLockConfiguration", "GET", "/media/a?retention", "")
	for _, doc := range []string{"", "<Other/>", retentionDoc("governance", inDays(1)), retentionDoc("GOVERNANCE", "tomorrow"), retentionDoc("", inDays(1)),
		"<Retention><Mode>GOVERNANCE</Mode></Retention>", "<Retention><Other/></Retention>"} {
		f.refuse(400, "MalformedXML", "PUT", "/media/a?retention", doc)
	}
	for _, until := range []string{inDays(-1), "2262-01-02T00:00:00Z", "9999-12-31T00:00:00Z"} {
		f.refuse(400, "InvalidArgument", "PUT", "/media/a?retention", retentionDoc("GOVERNANCE", until))
	}
	for _, doc := range []string{"", "<LegalHold/>", "<LegalHold><Status>on</Status></LegalHold>", "<LegalHold><Status>ON</Status><Status>ON</Status></LegalHold>"} {
		f.refuse(400, "MalformedXML", "PUT", "/media/a?legal-hold", doc)
	}
	for _, sub := range []string{"retention", "legal-hold"} {
		f.refuse(404, "NoSuchKey", "GET", "/media/missing?"+sub, "")
		f.refuse(404, "NoSuchVersion", "GET", "/media/a?versionId=00000000000fffff&"+sub, "")
	}
	f.refuse(404, "NoSuchKey", "PUT", "/media/missing?retention", retentionDoc("GOVERNANCE", inDays(1)))
	f.refuse(404, "NoSuchKey", "PUT", "/media/missing?legal-hold", "<LegalHold><Status>ON</Status></LegalHold>")
	f.wantLock("/media/a", "", "", "")
}

func TestGovernanceYieldsToABypassAndComplianceToNothing(t *testing.T) {
	f := withLocks(t)
	f.putVersion("/media/a", "x")
	ten, five, twenty := inDays(10), inDays(5), inDays(20)
	put := func(status int, mode, until string, headers ...string) {
		t.Helper()
		f.want(status, "PUT", "/media/a?retention", retentionDoc(mode, until), headers...)
	}
	put(200, "GOVERNANCE", ten)
	put(200, "GOVERNANCE", ten)
	put(403, "GOVERNANCE", five)
	put(403, "COMPLIANCE", twenty)
	f.refuse(403, "AccessDenied", "PUT", "/media/a?retention", "<Retention/>")
	f.wantLock("/media/a", "GOVERNANCE", ten, "")
	put(200, "GOVERNANCE", twenty)
	put(200, "GOVERNANCE", five, bypassing, "true")
	if a := f.want(200, "GET", "/media/a?retention", ""); first(a.body, "Mode") != "GOVERNANCE" || !strings.HasPrefix(five, strings.TrimSuffix(first(a.body, "RetainUntilDate"), ".000Z")) {
		t.Error(a.body)
	}
	f.want(200, "PUT", "/media/a?retention", "<Retention/>", bypassing, "true")
	f.refuse(404, "NoSuchObjectLockConfiguration", "GET", "/media/a?retention", "")
	put(200, "COMPLIANCE", ten)
	put(403, "COMPLIANCE", five, bypassing, "true")
	put(403, "GOVERNANCE", twenty, bypassing, "true")
	f.refuse(403, "AccessDenied", "PUT", "/media/a?retention", "<Retention/>", bypassing, "true")
	put(200, "COMPLIANCE", twenty)
	f.wantLock("/media/a", "COMPLIANCE", twenty, "")
}

func TestLockedVersionsStay(t *testing.T) {
	f := withLocks(t)
	held := f.putLocked("/media/a", "held", "X-Amz-Object-Lock-Legal-Hold", "ON").Header.Get("X-Amz-Version-Id")
	kept := f.putLocked("/media/a", "kept", "X-Amz-Object-Lock-Mode", "GOVERNANCE", "X-Amz-Object-Lock-Retain-Until-Date", inDays(3)).Header.Get("X-Amz-Version-Id")
	f.wantLock("/media/a?versionId="+held, "", "", "ON")
	f.want(204, "DELETE", "/media/a", "")
	for _, id := range []string{held, kept} {
		f.refuse(403, "AccessDenied", "DELETE", "/media/a?versionId="+id, "")
	}
	f.refuse(403, "AccessDenied", "DELETE", "/media/a?versionId="+held, "", bypassing, "true")
	f.want(204, "DELETE", "/media/a?versionId="+kept, "", bypassing, "true")
	f.want(200, "PUT", "/media/a?retention&versionId="+held, retentionDoc("GOVERNANCE", inDays(9))) // a hold is not about retentions
	f.want(200, "PUT", "/media/a?retention&versionId="+held, "<Retention/>", bypassing, "true")
	at := "/media/a?legal-hold&versionId=" + held
	if a := f.want(200, "GET", at, ""); first(a.body, "Status") != "ON" || a.Header.Get("X-Amz-Version-Id") != held {
		t.Error(a.body)
	}
	f.want(200, "PUT", at, "<LegalHold><Status>OFF</Status></LegalHold>")
	if a := f.want(200, "GET", at, ""); first(a.body, "Status") != "OFF" {
		t.Error(a.body)
	}
	f.want(204, "DELETE", "/media/a?versionId="+held, "")
}
