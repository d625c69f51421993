package server_test

import (
	"testing"
)

func TestAHoldIsUnknownUntilItIsSet(t *testing.T) {
	f := withLocks(t)
	f.putVersion("/media/a", "x")
	status := func(at, want string) {
		t.Helper()
		if want == "" {
			f.refuse(404, "NoSuchObjectLockConfiguration", "GET", at+"?legal-hold", "")
		} else if a := f.want(200, "GET", at+"?legal-hold", ""); first(a.body, "Status") != want {
			t.Fatal(a.body)
		}
		f.wantLock(at, "", "", want)
	}
	status("/media/a", "")
	for _, hold := range []string{"OFF", "ON", "OFF", "ON", "ON", "OFF"} {
		f.want(200, "PUT", "/media/a?legal-hold", "<LegalHold><Status>"+hold+"</Status></LegalHold>")
		status("/media/a", hold)
	}
	f.putLocked("/media/b", "x", "X-Amz-Object-Lock-Legal-Hold", "OFF")
	status("/media/b", "OFF")
	id := f.want(200, "HEAD", "/media/b", "").Header.Get("X-Amz-Version-Id")
	f.refuse(404, "NoSuchObjectLockConfiguration", "GET", "/media/b?retention", "")
	f.want(204, "DELETE", "/media/b?versionId="+id, "") // nothing keeps it
	f.want(200, "PUT", "/media/c", "", "X-Amz-Copy-Source", "/media/a")
	status("/media/c", "")

	ten := inDays(10)
	f.want(200, "PUT", "/media/a?retention", retentionDoc("GOVERNANCE", ten))
	f.wantLock("/media/a", "GOVERNANCE", ten, "OFF")
	f.want(200, "PUT", "/media/a?legal-hold", "<LegalHold><Status>ON</Status></LegalHold>")
	f.wantLock("/media/a", "GOVERNANCE", ten, "ON")
	f.want(200, "PUT", "/media/a?legal-hold", noHold)
	f.wantLock("/media/a", "GOVERNANCE", ten, "OFF")
}

// TestWhatIsAskedIsReadBeforeTheSpaceIsLookedAt: a document or header that is
// wrong is wrong in a Space without locks as well.
func TestWhatIsAskedIsReadBeforeTheSpaceIsLookedAt(t *testing.T) {
	f := withVersions(t)
	f.putVersion("/media/a", "x")
	mode, until, hold := "X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date", "X-Amz-Object-Lock-Legal-Hold"
	for _, doc := range []string{"", "<LegalHold/>", "<LegalHold><Status>maybe</Status></LegalHold>"} {
		f.refuse(400, "MalformedXML", "PUT", "/media/a?legal-hold", doc)
	}
	f.refuse(400, "MalformedXML", "PUT", "/media/a?retention", "")
	f.refuse(400, "InvalidArgument", "PUT", "/media/a?retention", retentionDoc("GOVERNANCE", inDays(-1)))
	for _, c := range []struct {
		headers              []string
		code, name, and, msg string
	}{
		{[]string{mode, "GOVERNANCE"}, "InvalidArgument", "x-amz-object-lock-retain-until-date", "", "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied."},
		{[]string{until, inDays(1)}, "InvalidArgument", "x-amz-object-lock-mode", "", "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied."},
		{[]string{hold, "on"}, "InvalidArgument", "x-amz-object-lock-legal-hold", "on", "Legal Hold must be either of 'ON' or 'OFF'"},
		{[]string{mode, "x", until, inDays(1)}, "InvalidArgument", "x-amz-object-lock-mode", "x", "Unknown wormMode directive."},
		{[]string{mode, "GOVERNANCE", until, "abc"}, "InvalidArgument", "x-amz-object-lock-retain-until-date", "abc", "The retain until date must be provided in ISO 8601 format"},
		{[]string{mode, "GOVERNANCE", until, inDays(1)}, "InvalidRequest", "", "", "Bucket is missing ObjectLockConfiguration"},
		{[]string{hold, "OFF"}, "InvalidRequest", "", "", "Bucket is missing ObjectLockConfiguration"},
	} {
		a := f.refuse(400, c.code, "PUT", "/media/b", "x", c.headers...)
		if first(a.body, "ArgumentName") != c.name || first(a.body, "ArgumentValue") != c.and || first(a.body, "Message") != c.msg {
			t.Errorf("%v: %s", c.headers, a.body)
		}
	}
	a := f.refuse(400, "InvalidRequest", "GET", "/media/a?retention", "")
	if first(a.body, "Message") != "Bucket is missing Object Lock Configuration" {
		t.Error(a.body)
	}
}

func TestPeriodsAndDatesThatAreWrongAreNamed(t *testing.T) {
	f := withLocks(t)
	f.putVersion("/media/a", "x")
	for period, message := range map[string]string{
		"<Days>-3</Days>": "Default retention period must be a positive integer value.", "<Years>0</Years>": "Default retention period must be a positive integer value.",
		"<Days>36501</Days>": "Default retention period too large.", "<Years>101</Years>": "Default retention period too large.",
	} {
		a := f.refuse(400, "InvalidArgument", "PUT", "/media?object-lock", lockDoc(defaultRule("<Mode>COMPLIANCE</Mode>"+period)))
		name := first(a.body, "ArgumentName")
		if first(a.body, "Message") != message || period != "<"+name+">"+first(a.body, "ArgumentValue")+"</"+name+">" {
			t.Error(period, a.body)
		}
	}
	a := f.refuse(400, "InvalidArgument", "PUT", "/media/a?retention", retentionDoc("COMPLIANCE", inDays(-1)))
	if first(a.body, "ArgumentName") != "RetainUntilDate" || first(a.body, "Message") != "The retain until date must be in the future!" {
		t.Error(a.body)
	}
	f.refuse(501, "NotImplemented", "PUT", "/media/a?retention", "<Retention><EventHold>ON</EventHold></Retention>")
	f.refuse(501, "NotImplemented", "PUT", "/media/b", "x", "X-Amz-Object-Lock-Event-Hold", "ON")
}

// TestNobodyLocksWithoutASignature: a Space that anyone may write to does not let
// anyone keep versions there (PutObject, "Permissions").
func TestNobodyLocksWithoutASignature(t *testing.T) {
	f := withLocks(t)
	f.want(204, "PUT", "/media?policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::media/*"}]}`)
	a := f.anonymous("PUT", "/media/a", "x", "X-Amz-Object-Lock-Legal-Hold", "ON")
	f.refused(a, 400, "InvalidArgument")
	if first(a.body, "ArgumentName") != "Authorization" {
		t.Error(a.body)
	}
	if a := f.anonymous("PUT", "/media/a", "x"); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

// What empties Spaces of any kind asks for a bypass with every delete.
func TestABypassSaysNothingWhereNothingCanBeKept(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/media/a", "x")
	f.want(204, "DELETE", "/media/a", "", bypassing, "true")
	f.want(200, "PUT", "/media/a", "x")
	a := f.want(200, "POST", "/media?delete", "<Delete><Object><Key>a</Key><VersionId>null</VersionId></Object></Delete>", bypassing, "true")
	if len(between(a.body, "Deleted")) != 1 {
		t.Error(a.body)
	}
	f.want(204, "DELETE", "/media", "")
}

func TestABypassCountsForEachKeyOfADelete(t *testing.T) {
	f := withLocks(t)
	var list, wanted string
	for _, key := range []string{"a", "b", "held"} {
		mode, until := "X-Amz-Object-Lock-Mode", "X-Amz-Object-Lock-Retain-Until-Date"
		headers := []string{mode, "GOVERNANCE", until, inDays(1)}
		if key == "held" {
			headers = append(headers, "X-Amz-Object-Lock-Legal-Hold", "ON")
		}
		id := f.putLocked("/media/"+key, "x", headers...).Header.Get("X-Amz-Version-Id")
		list += "<Object><Key>" + key + "</Key><VersionId>" + id + "</VersionId></Object>"
	}
	a := f.want(200, "POST", "/media?delete", "<Delete>"+list+"</Delete>")
	if n := len(between(a.body, "Error")); n != 3 || first(a.body, "Message") != "Access Denied because object protected by object lock." {
		t.Error(a.body)
	}
	f.want(204, "PUT", "/media?policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:BypassGovernanceRetention","Resource":"arn:aws:s3:::media/b"}]}`)
	a = f.want(200, "POST", "/media?delete", "<Delete>"+list+"</Delete>", bypassing, "true")
	for _, key := range between(a.body, "Key") {
		wanted += key
	}
	if len(between(a.body, "Deleted")) != 1 || len(between(a.body, "Error")) != 2 || wanted != "abheld" {
		t.Error(a.body)
	}
	f.wantVersions("", "b 1 true", "held 1 true")
}
