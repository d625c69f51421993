package server

import (
	"maps"
	"net/http"
	"sync"

	"spaces/server/lifecycle"
	"spaces/server/policy"
	"spaces/server/s3xml"
	"spaces/server/storage"
	"spaces/server/sweep"
)

// Names of the documents in the configuration of a Space. What is stored is
// what GET answers, byte for byte.
const (
	docPolicy     = "policy"
	docCORS       = "cors"
	docLifecycle  = sweep.Document
	docTagging    = "tagging"
	docEncryption = "encryption"
	docLogging    = "logging"
	docWebsite    = "website"
	docOwnership  = "ownershipControls"
	docBlock      = "publicAccessBlock"
)

// documentCache keeps the documents of the Spaces in the form in which they
// are used. It is asked only where there is a document.
type documentCache struct{ m sync.Map } // documentKey → *parsedDocument

type documentKey struct{ space, name string }

// parsedDocument holds on to the bytes it was made of: as long as a Space has
// the very same, it holds.
type parsedDocument struct {
	raw   []byte
	value any
}

// parsedOf gives the parsed form of a document of a Space, the zero T when
// there is none or when it cannot be read.
func parsedOf[T any](s *Server, sp *storage.Space, name string, parse func(space string, raw []byte) (T, error)) (zero T) {
	raw := sp.Config[name]
	if len(raw) == 0 {
		return zero
	}
	k := documentKey{sp.Name, name}
	if v, ok := s.documents.m.Load(k); ok {
		if d := v.(*parsedDocument); len(d.raw) == len(raw) && &d.raw[0] == &raw[0] {
			return d.value.(T)
		}
	}
	value, err := parse(sp.Name, raw)
	if err != nil {
		if s.log != nil {
			s.log.Error("a stored document cannot be read", "space", sp.Name, "document", name, "cause", err)
		}
		return zero
	}
	s.documents.m.Store(k, &parsedDocument{raw, value})
	return value
}

// parsedXML is parsedOf for a document of XML.
func parsedXML[T any](s *Server, sp *storage.Space, name string, read func(*s3xml.Element) (T, error)) T {
	return parsedOf(s, sp, name, func(_ string, raw []byte) (zero T, err error) {
		doc, err := s3xml.Parse(string(raw))
		if err != nil {
			return zero, err
		}
		return read(doc)
	})
}

// forget drops what was kept of a Space that is no more.
func (d *documentCache) forget(space string) {
	d.m.Range(func(key, _ any) bool {
		if key.(documentKey).space == space {
			d.m.Delete(key)
		}
		return true
	})
}

func (s *Server) policyOf(sp *storage.Space) *policy.Policy {
	return parsedOf(s, sp, docPolicy, policy.Parse)
}

func (s *Server) lifecycleOf(sp *storage.Space) *lifecycle.Configuration {
	return parsedOf(s, sp, docLifecycle, func(_ string, raw []byte) (*lifecycle.Configuration, error) { return lifecycle.Parse(raw) })
}

// setDocument stores a document; nil takes it away.
func (c *call) setDocument(name string, raw []byte) error {
	return c.changeSpace(func(sp *storage.Space) error {
		setConfig(sp, name, raw)
		return nil
	})
}

func (c *call) changeSpace(change func(*storage.Space) error) error {
	if err := c.s.engine.UpdateSpace(c.target.space, change); err != nil {
		return missingSpace(err, c.target.space)
	}
	return nil
}

// setConfig changes a copy of the configuration: Spaces are shared.
func setConfig(sp *storage.Space, name string, raw []byte) {
	config := maps.Clone(sp.Config)
	if config == nil {
		config = map[string][]byte{}
	}
	if raw == nil {
		delete(config, name)
	} else {
		config[name] = raw
	}
	sp.Config = config
}

// getDocument answers what was stored, or that nothing was.
func getDocument(name, missing string) func(*call) error {
	return func(c *call) error {
		raw := c.space.Config[name]
		if len(raw) == 0 {
			return refuse(missing).with("BucketName", c.target.space)
		}
		return c.out.whole(http.StatusOK, "application/xml", raw)
	}
}

// deleteDocument takes a document away; that there is none is no error.
func deleteDocument(name string) func(*call) error {
	return func(c *call) error {
		if _, ok := c.space.Config[name]; ok {
			if err := c.setDocument(name, nil); err != nil {
				return err
			}
		}
		return c.out.empty(http.StatusNoContent)
	}
}

// readDocument parses the document of the request and checks its root.
func (c *call) readDocument(root string) (*s3xml.Element, error) {
	e, err := s3xml.Parse(c.document)
	if err != nil || e.Name != root {
		return nil, s3xml.ErrMalformed
	}
	return e, nil
}

// putDocument checks an XML document and stores it in the form of this server.
func putDocument(name, root string, check func(*call, *s3xml.Element) error) func(*call) error {
	return func(c *call) error {
		doc, err := c.readDocument(root)
		if err != nil {
			return err
		}
		if err := check(c, doc); err != nil {
			return err
		}
		if err := c.setDocument(name, doc.Document()); err != nil {
			return err
		}
		return c.out.empty(http.StatusOK)
	}
}
