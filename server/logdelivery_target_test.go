package server_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"spaces/server/storage"
)

func TestTargetGrantsAreThoseOfTheLog(t *testing.T) {
	l := withLogs(t)
	l.turnOn("media", "logs", "g/", "<TargetGrants>"+group+"</TargetGrants>")
	l.want(200, "GET", "/media", "")
	l.logs.Deliver(context.Background())
	for key := range l.objects("logs", "g/") {
		if a := l.anonymous("GET", "/logs/"+key, ""); a.StatusCode != 200 || !strings.Contains(a.body, "REST.GET.BUCKET") {
			t.Error(a.StatusCode, a.body)
		}
		if a := l.want(200, "GET", "/logs/"+key+"?acl", ""); !slices.Equal(between(a.body, "Permission"), []string{"FULL_CONTROL", "READ"}) {
			t.Error(a.body)
		}
	}
	if l.count("logs", "g/") != 1 {
		t.Error("nothing was delivered")
	}
}

func TestATargetThatIsGoneOrAnothersGetsNothing(t *testing.T) {
	l := withLogs(t)
	l.want(204, "DELETE", "/logs", "")
	for range 2 {
		l.want(200, "GET", "/media", "")
		l.logs.Deliver(context.Background())
	}
	if l.logs.Dropped() != 2 || strings.Count(l.trace.String(), "cannot be delivered") != 1 {
		t.Error(l.logs.Dropped(), l.trace)
	}
	if err := l.engine.CreateSpace(storage.Space{Name: "logs", Owner: "somebody"}); err != nil {
		t.Fatal(err)
	}
	l.want(200, "GET", "/media", "")
	if l.logs.Deliver(context.Background()); l.count("logs", "") != 0 || l.logs.Dropped() != 3 {
		t.Error("delivered to somebody else")
	}
	if err := l.engine.UpdateSpace("logs", func(sp *storage.Space) error { sp.Owner, sp.Region = "owner", "nyc3"; return nil }); err != nil {
		t.Fatal(err)
	}
	l.want(200, "GET", "/media", "")
	if l.logs.Deliver(context.Background()); l.count("logs", "") != 0 || l.logs.Dropped() != 4 {
		t.Error("delivered to another region")
	}
	if err := l.engine.UpdateSpace("logs", func(sp *storage.Space) error { sp.Region = ""; return nil }); err != nil {
		t.Fatal(err)
	}
	l.want(200, "GET", "/media", "")
	if l.logs.Deliver(context.Background()); l.count("logs", "") != 1 {
		t.Error("not delivered to a target that is there again")
	}
}

func TestLoggingRefusesTargetsThatLogsCannotBeMadeIn(t *testing.T) {
	l := withLogs(t)
	l.want(200, "PUT", "/locked", "", "X-Amz-Bucket-Object-Lock-Enabled", "true")
	l.turnOn("media", "locked", "", "")
	l.want(200, "PUT", "/locked?object-lock", "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>")
	l.want(200, "PUT", "/enforced", "", "X-Amz-Object-Ownership", "BucketOwnerEnforced")
	l.turnOn("media", "enforced", "", "")
	if err := l.engine.CreateSpace(storage.Space{Name: "foreign", Owner: "somebody"}); err != nil {
		t.Fatal(err)
	}
	grants, long := "<TargetGrants>"+group+"</TargetGrants>", strings.Repeat("x", 1000)
	before := l.dump()
	for doc, code := range map[string]string{
		logDocument("locked", "", ""):       "InvalidTargetBucketForLogging",
		logDocument("foreign", "", ""):      "InvalidTargetBucketForLogging",
		logDocument("enforced", "", grants): "InvalidArgument",
		logDocument("logs", long, ""):       "InvalidArgument",
		logDocument("logs", "", partition(`<PartitionDateSource>Never</PartitionDateSource>`)):                          "MalformedXML",
		logDocument("logs", "", partition(`<X/>`)):                                                                      "MalformedXML",
		logDocument("logs", "", "<TargetObjectKeyFormat><SimplePrefix><X/></SimplePrefix></TargetObjectKeyFormat>"):     "MalformedXML",
		"<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket></LoggingEnabled></BucketLoggingStatus>": "MalformedXML",
	} {
		l.refuse(400, code, "PUT", "/media?logging", doc)
	}
	if l.dump() != before {
		t.Error("a refused document changed something")
	}
}

func TestLogsGoWhereTheirKeyMayHaveThem(t *testing.T) {
	f := newFixture(t, withRing, uncounted)
	for _, space := range []string{"/media", "/logs"} {
		f.want(200, "PUT", space, "")
	}
	doc := logDocument("logs", "", "")
	f.refused(f.as(f.newKey("here", fullAccess("media"), readWrite("logs")), "PUT", "/media?logging", doc), 403, "AccessDenied")
	if a := f.as(f.newKey("both", fullAccess("media"), fullAccess("logs")), "PUT", "/media?logging", doc); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

func partition(more string) string {
	return "<TargetObjectKeyFormat><PartitionedPrefix>" + more + "</PartitionedPrefix></TargetObjectKeyFormat>"
}

func TestALogIsEncryptedWhereItsTargetIs(t *testing.T) {
	l := new(logYard)
	l.fixture = newFixture(t, l.configure, withMasters(t, false))
	l.want(200, "PUT", "/media", "")
	l.want(200, "PUT", "/logs", "")
	l.want(200, "PUT", "/logs?encryption", "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>")
	l.turnOn("media", "logs", "", "")
	l.want(200, "GET", "/media", "")
	l.logs.Deliver(context.Background())
	rows, _, err := l.engine.List(context.Background(), "logs", storage.ListQuery{Max: 10})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	a := l.want(200, "GET", "/logs/"+rows[0].Key, "")
	if l.encrypted(a, "AES256"); len(parseLog(t, a.body)) != 1 {
		t.Error(a.body)
	}
}
