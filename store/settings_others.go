package store

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Encryption is how new objects of a Space are encrypted where the writer does not say. The zero Encryption says nothing.
type Encryption struct {
	Algorithm string // AES256: by a key of the endpoint; aws:kms: by Key of its key service
	Key       string
	was       *element
}

var encryptionDocument = document{
	root: "ServerSideEncryptionConfiguration", label: "default encryption",
	get: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &space}, o...)
		return err
	},
	put: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: &space,
			ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{Rules: []types.ServerSideEncryptionRule{}}}, o...)
		return err
	},
	remove: func(ctx context.Context, a *s3.Client, space string) error {
		_, err := a.DeleteBucketEncryption(ctx, &s3.DeleteBucketEncryptionInput{Bucket: &space})
		return err
	},
}

const byDefault = "ApplyServerSideEncryptionByDefault"

// Encryption of a Space.
func (s *Store) Encryption(ctx context.Context, space string) (Encryption, error) {
	e, err := s.readDocument(ctx, space, encryptionDocument)
	if err != nil {
		return Encryption{}, err
	}
	return Encryption{Algorithm: e.value("Rule", byDefault, "SSEAlgorithm"), Key: e.value("Rule", byDefault, "KMSMasterKeyID"), was: e}, nil
}

// SetEncryption sets the algorithm of e, "" takes the default away. What is refused by the Space beside it stays so.
func (s *Store) SetEncryption(ctx context.Context, space string, e Encryption) error {
	now := e.was.clone(encryptionDocument.root)
	if now.child("Rule") == nil {
		now.kids = append(now.kids, branch("Rule"))
	}
	rule := now.child("Rule")
	rule.set(byDefault)
	if e.Algorithm != "" {
		with := branch(byDefault, leaf("SSEAlgorithm", e.Algorithm))
		with.setText(e.Key, "KMSMasterKeyID")
		rule.kids = append([]*element{with}, rule.kids...)
	} else if rule.child("BlockedEncryptionTypes") == nil {
		now = nil
	}
	return s.replaceDocument(ctx, space, encryptionDocument, e.was, now, func(got *element) bool {
		now := got.value("Rule", byDefault, "SSEAlgorithm")
		return now == e.Algorithm || e.Algorithm == "" // some encrypt everything, whatever is said
	})
}

// Logging is where the access log of a Space goes. The zero Logging is nowhere.
type Logging struct {
	Target, Prefix string
	was            *element
}

var loggingDocument = document{
	root: "BucketLoggingStatus", label: "access logs",
	get: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: &space}, o...)
		return err
	},
	put: func(ctx context.Context, a *s3.Client, space string, o ...func(*s3.Options)) error {
		_, err := a.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{Bucket: &space, BucketLoggingStatus: &types.BucketLoggingStatus{}}, o...)
		return err
	},
}

// Logging of a Space.
func (s *Store) Logging(ctx context.Context, space string) (Logging, error) {
	e, err := s.readDocument(ctx, space, loggingDocument)
	if err != nil {
		return Logging{}, err
	}
	l := Logging{Target: e.value("LoggingEnabled", "TargetBucket"), was: e}
	if p := e.child("LoggingEnabled", "TargetPrefix"); p != nil {
		l.Prefix = p.text
	}
	return l, nil
}

// SetLogging sets the target of l, "" turns the logs off.
func (s *Store) SetLogging(ctx context.Context, space string, l Logging) error {
	now := l.was.clone(loggingDocument.root)
	if l.Target == "" {
		now.set("LoggingEnabled")
	} else {
		if now.child("LoggingEnabled") == nil {
			now.kids = append(now.kids, branch("LoggingEnabled"))
		}
		on := now.child("LoggingEnabled")
		on.set("TargetBucket", leaf("TargetBucket", l.Target))
		on.set("TargetPrefix", leaf("TargetPrefix", l.Prefix)) // it has to be there, empty too
	}
	return s.replaceDocument(ctx, space, loggingDocument, l.was, now, func(got *element) bool {
		return got.value("LoggingEnabled", "TargetBucket") == l.Target
	})
}

// Policy is the bucket policy of a Space as it is stored, "" for none.
type Policy struct {
	Text string
	was  string
}

// Policy of a Space.
func (s *Store) Policy(ctx context.Context, space string) (Policy, error) {
	out, err := s.api.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &space})
	switch {
	case isUnset(err):
		return Policy{}, nil
	case err != nil:
		return Policy{}, s.wrap("read the policy of", Ref{Space: space}, err)
	case out.Policy == nil:
		return Policy{}, nil
	case !strings.HasPrefix(strings.TrimSpace(*out.Policy), "{"):
		return Policy{}, s.wrap("read the policy of", Ref{Space: space}, &cause{text: "what it answers is no policy", err: Unsupported})
	}
	return Policy{Text: *out.Policy, was: *out.Policy}, nil
}

// SetPolicy sets the text of p in the place of what it was read with; "" removes it. The text should have passed
// CheckPolicy: what an endpoint refuses it explains less well.
func (s *Store) SetPolicy(ctx context.Context, space string, p Policy) error {
	r := Ref{Space: space}
	current, err := s.Policy(ctx, space)
	switch {
	case err != nil:
		return err
	case current.Text != p.was:
		return changedMeanwhile("set the policy of", r, "statements of the policy")
	case p.Text == "":
		_, err = s.api.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: &space})
	default:
		_, err = s.api.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &space, Policy: &p.Text})
	}
	if err != nil {
		return s.wrap("set the policy of", r, err)
	}
	got, err := s.Policy(ctx, space)
	if err == nil && (got.Text == "") != (p.Text == "") {
		return notKept("set the policy of", r, "policy")
	}
	return err
}
