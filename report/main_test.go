package report_test

import (
	"os"
	"testing"

	"vigie/observatory/observatorytest"
)

func TestMain(m *testing.M) { os.Exit(observatorytest.Main(m)) }
