"""first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    srid = context.config.attributes["srid"]
    op.create_table(
        "appeal_places",
        sa.Column("appeal_id", sa.Text(), nullable=False),
        sa.Column("tie", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=True),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')", name=op.f("ck_appeal_places_place_kind")
        ),
        sa.CheckConstraint(
            "tie IN ('inside', 'near', 'district', 'none')", name=op.f("ck_appeal_places_tie")
        ),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_appeal_places")),
    )
    op.create_table(
        "appeal_repeats",
        sa.Column("appeal_id", sa.Text(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("repeated_by", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_appeal_repeats")),
    )
    op.create_geospatial_table(
        "assessments",
        sa.Column("conflict_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), server_default=sa.text("'not_assessed'"), nullable=False),
        sa.Column("lead_body", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("savings_kzt", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("gone_in", sa.BigInteger(), nullable=True),
        sa.Column("back_in", sa.BigInteger(), nullable=True),
        sa.Column("changed_in", sa.BigInteger(), nullable=True),
        sa.Column("edition", sa.Integer(), server_default=sa.text("'0'"), nullable=False),
        sa.Column("assessed_by", sa.Text(), nullable=True),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("starts_a", sa.Date(), nullable=True),
        sa.Column("ends_a", sa.Date(), nullable=True),
        sa.Column("starts_b", sa.Date(), nullable=True),
        sa.Column("ends_b", sa.Date(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=True),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("place_name", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("project_a", sa.Text(), nullable=False),
        sa.Column("project_b", sa.Text(), nullable=False),
        sa.Column("body_a", sa.Text(), nullable=False),
        sa.Column("body_b", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("shared_m2", sa.Float(), nullable=False),
        sa.Column("share_a", sa.Float(), nullable=False),
        sa.Column("share_b", sa.Float(), nullable=False),
        sa.Column("days_common", sa.Integer(), nullable=True),
        sa.Column("shift_days", sa.Integer(), nullable=True),
        sa.Column("money_at_risk_kzt", sa.BigInteger(), nullable=False),
        sa.Column("why_ru", sa.Text(), nullable=False),
        sa.Column("why_kk", sa.Text(), nullable=False),
        sa.Column("why_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "certainty IN ('certain', 'probable', 'possible')", name=op.f("ck_assessments_certainty")
        ),
        sa.CheckConstraint(
            "rule IN ('clash', 'near_clash', 'opportunity', 'duplicate_function', 'double_funding', 'restriction_breach', 'wrong_order', 'outside_powers')",
            name=op.f("ck_assessments_rule"),
        ),
        sa.CheckConstraint("severity IN ('major', 'minor')", name=op.f("ck_assessments_severity")),
        sa.CheckConstraint("state IN ('open', 'gone', 'joint')", name=op.f("ck_assessments_state")),
        sa.CheckConstraint(
            "verdict IN ('not_assessed', 'yes', 'no', 'to_be_reassessed')",
            name=op.f("ck_assessments_verdict"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_assessments_geom")),
        sa.CheckConstraint("savings_kzt >= 0", name=op.f("ck_assessments_savings")),
        sa.PrimaryKeyConstraint("conflict_id", "body", name=op.f("pk_assessments")),
    )
    op.create_geospatial_index(
        "idx_assessments_geom",
        "assessments",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "conflict_marks",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_conflict_marks")),
    )
    op.create_geospatial_table(
        "conflicts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=True),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("place_name", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("project_a", sa.Text(), nullable=False),
        sa.Column("project_b", sa.Text(), nullable=False),
        sa.Column("body_a", sa.Text(), nullable=False),
        sa.Column("body_b", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("shared_m2", sa.Float(), nullable=False),
        sa.Column("share_a", sa.Float(), nullable=False),
        sa.Column("share_b", sa.Float(), nullable=False),
        sa.Column("days_common", sa.Integer(), nullable=True),
        sa.Column("shift_days", sa.Integer(), nullable=True),
        sa.Column("money_at_risk_kzt", sa.BigInteger(), nullable=False),
        sa.Column("why_ru", sa.Text(), nullable=False),
        sa.Column("why_kk", sa.Text(), nullable=False),
        sa.Column("why_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "certainty IN ('certain', 'probable', 'possible')", name=op.f("ck_conflicts_certainty")
        ),
        sa.CheckConstraint(
            "rule IN ('clash', 'near_clash', 'opportunity', 'duplicate_function', 'double_funding', 'restriction_breach', 'wrong_order', 'outside_powers')",
            name=op.f("ck_conflicts_rule"),
        ),
        sa.CheckConstraint("severity IN ('major', 'minor')", name=op.f("ck_conflicts_severity")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_conflicts_geom")),
        sa.CheckConstraint(
            'project_a COLLATE "C" < project_b COLLATE "C" OR rule = \'outside_powers\'',
            name=op.f("ck_conflicts_pair"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
    )
    op.create_geospatial_index(
        "idx_conflicts_geom", "conflicts", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "contested_parcels",
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("place_name", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("body_count", sa.Integer(), nullable=False),
        sa.Column("bodies", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("project_count", sa.Integer(), nullable=False),
        sa.Column("projects", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("first_start", sa.Date(), nullable=True),
        sa.Column("last_end", sa.Date(), nullable=True),
        sa.Column("years", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')",
            name=op.f("ck_contested_parcels_place_kind"),
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_contested_parcels_geom")
        ),
        sa.PrimaryKeyConstraint("place_kind", "place_id", name=op.f("pk_contested_parcels")),
    )
    op.create_geospatial_index(
        "idx_contested_parcels_geom",
        "contested_parcels",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "courtyard_needs",
        sa.Column("courtyard_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("appeals_repeated", sa.Integer(), nullable=False),
        sa.Column("appeals_open", sa.Integer(), nullable=False),
        sa.Column("need_appeals", sa.Float(), nullable=False),
        sa.Column("need_repeated", sa.Float(), nullable=False),
        sa.Column("need_open", sa.Float(), nullable=False),
        sa.Column("need_age", sa.Float(), nullable=False),
        sa.Column("need_condition", sa.Float(), nullable=False),
        sa.Column("need_works", sa.Float(), nullable=False),
        sa.Column("need_residents", sa.Float(), nullable=False),
        sa.Column("need", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("funding", sa.Float(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("gap_kzt", sa.BigInteger(), nullable=False),
        sa.Column("gap_per_resident_kzt", sa.BigInteger(), nullable=True),
        sa.Column("gap_per_appeal_kzt", sa.BigInteger(), nullable=True),
        sa.Column("need_class", sa.Integer(), nullable=False),
        sa.Column("funding_class", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "condition IN ('satisfactory', 'needs_repair', 'in_works', 'unknown')",
            name=op.f("ck_courtyard_needs_condition"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_courtyard_needs_geom")),
        sa.PrimaryKeyConstraint("courtyard_id", "year", name=op.f("pk_courtyard_needs")),
    )
    op.create_geospatial_index(
        "idx_courtyard_needs_geom",
        "courtyard_needs",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "district_money",
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel', '')",
            name=op.f("ck_district_money_place_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('local', 'participatory', 'republican_transfer', 'other')",
            name=op.f("ck_district_money_source"),
        ),
        sa.CheckConstraint(
            "stage IN ('adopted', 'allocated', 'committed', 'spent')", name=op.f("ck_district_money_stage")
        ),
        sa.PrimaryKeyConstraint(
            "district_code",
            "year",
            "own",
            "place_kind",
            "work_type",
            "source",
            "stage",
            name=op.f("pk_district_money"),
        ),
    )
    op.create_geospatial_table(
        "district_needs",
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("residents", sa.BigInteger(), nullable=True),
        sa.Column("courtyards", sa.Integer(), nullable=False),
        sa.Column("courtyards_repair", sa.Integer(), nullable=False),
        sa.Column("need_condition", sa.Float(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("appeals_repeated", sa.Integer(), nullable=False),
        sa.Column("appeals_open", sa.Integer(), nullable=False),
        sa.Column("need_appeals", sa.Float(), nullable=False),
        sa.Column("need_repeated", sa.Float(), nullable=False),
        sa.Column("need_open", sa.Float(), nullable=False),
        sa.Column("need_age", sa.Float(), nullable=False),
        sa.Column("need_works", sa.Float(), nullable=False),
        sa.Column("need_residents", sa.Float(), nullable=False),
        sa.Column("need", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("funding", sa.Float(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("gap_kzt", sa.BigInteger(), nullable=False),
        sa.Column("gap_per_resident_kzt", sa.BigInteger(), nullable=True),
        sa.Column("gap_per_appeal_kzt", sa.BigInteger(), nullable=True),
        sa.Column("need_class", sa.Integer(), nullable=False),
        sa.Column("funding_class", sa.Integer(), nullable=False),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_district_needs_geom")),
        sa.PrimaryKeyConstraint("district_id", "year", name=op.f("pk_district_needs")),
    )
    op.create_geospatial_index(
        "idx_district_needs_geom",
        "district_needs",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "district_years",
        sa.Column("district_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("courtyards", sa.Integer(), nullable=False),
        sa.Column("satisfactory", sa.Integer(), nullable=False),
        sa.Column("needs_repair", sa.Integer(), nullable=False),
        sa.Column("in_works", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("improved", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("appeals_solved", sa.Integer(), nullable=False),
        sa.Column("appeals_waiting", sa.Integer(), nullable=False),
        sa.Column("appeals_open", sa.Integer(), nullable=False),
        sa.Column("appeals_passed", sa.Integer(), nullable=True),
        sa.Column("appeals_reopened", sa.Integer(), nullable=True),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("own_kzt", sa.BigInteger(), nullable=False),
        sa.Column("frame_kzt", sa.BigInteger(), nullable=True),
        sa.Column("over_frame_kzt", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("district_id", "year", name=op.f("pk_district_years")),
    )
    op.create_table(
        "effects",
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("similar", sa.Integer(), nullable=False),
        sa.Column("similar_before", sa.Float(), nullable=False),
        sa.Column("similar_after", sa.Float(), nullable=False),
        sa.Column("difference", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')", name=op.f("ck_effects_place_kind")
        ),
        sa.PrimaryKeyConstraint("place_kind", "place_id", "project_id", name=op.f("pk_effects")),
    )
    op.create_table(
        "funding_by_place",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel', 'district', 'hexagon')",
            name=op.f("ck_funding_by_place_place_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('local', 'participatory', 'republican_transfer', 'other')",
            name=op.f("ck_funding_by_place_source"),
        ),
        sa.CheckConstraint(
            "stage IN ('adopted', 'allocated', 'committed', 'spent')", name=op.f("ck_funding_by_place_stage")
        ),
        sa.PrimaryKeyConstraint(
            "project_id",
            "place_kind",
            "place_id",
            "year",
            "source",
            "stage",
            name=op.f("pk_funding_by_place"),
        ),
    )
    op.create_geospatial_table(
        "grid_cells",
        sa.Column("cell_id", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_grid_cells_geom")),
        sa.PrimaryKeyConstraint("cell_id", name=op.f("pk_grid_cells")),
    )
    op.create_geospatial_index(
        "idx_grid_cells_geom",
        "grid_cells",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "grid_needs",
        sa.Column("cell_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("courtyards", sa.Integer(), nullable=False),
        sa.Column("residents", sa.BigInteger(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("appeals_repeated", sa.Integer(), nullable=False),
        sa.Column("appeals_open", sa.Integer(), nullable=False),
        sa.Column("need_appeals", sa.Float(), nullable=False),
        sa.Column("need_repeated", sa.Float(), nullable=False),
        sa.Column("need_open", sa.Float(), nullable=False),
        sa.Column("need_age", sa.Float(), nullable=False),
        sa.Column("need_condition", sa.Float(), nullable=False),
        sa.Column("need_works", sa.Float(), nullable=False),
        sa.Column("need_residents", sa.Float(), nullable=False),
        sa.Column("need", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("funding", sa.Float(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("gap_kzt", sa.BigInteger(), nullable=False),
        sa.Column("gap_per_resident_kzt", sa.BigInteger(), nullable=True),
        sa.Column("gap_per_appeal_kzt", sa.BigInteger(), nullable=True),
        sa.Column("need_class", sa.Integer(), nullable=False),
        sa.Column("funding_class", sa.Integer(), nullable=False),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_grid_needs_geom")),
        sa.PrimaryKeyConstraint("cell_id", "year", name=op.f("pk_grid_needs")),
    )
    op.create_geospatial_index(
        "idx_grid_needs_geom",
        "grid_needs",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "hot_spots",
        sa.Column("courtyard_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("spot", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("spot IN ('hot', 'cold', 'none')", name=op.f("ck_hot_spots_spot")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_hot_spots_geom")),
        sa.PrimaryKeyConstraint("courtyard_id", "year", name=op.f("pk_hot_spots")),
    )
    op.create_geospatial_index(
        "idx_hot_spots_geom", "hot_spots", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_table(
        "need_ranks",
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("rank_low", sa.Integer(), nullable=False),
        sa.Column("rank_high", sa.Integer(), nullable=False),
        sa.Column("in_first", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')", name=op.f("ck_need_ranks_place_kind")
        ),
        sa.PrimaryKeyConstraint("place_kind", "place_id", "year", name=op.f("pk_need_ranks")),
    )
    op.create_geospatial_table(
        "openings",
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place_name", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("times_all", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("opened_m2", sa.Float(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')", name=op.f("ck_openings_place_kind")
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_openings_geom")),
        sa.PrimaryKeyConstraint("place_kind", "place_id", "body", name=op.f("pk_openings")),
    )
    op.create_geospatial_index(
        "idx_openings_geom", "openings", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "programme",
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("work_type", sa.Text(), nullable=True),
        sa.Column("works_m2", sa.Float(), nullable=True),
        sa.Column("cost_kzt", sa.BigInteger(), nullable=True),
        sa.Column("saving_kzt", sa.BigInteger(), nullable=True),
        sa.Column("joint_with", sa.Text(), nullable=True),
        sa.Column("need", sa.Float(), nullable=False),
        sa.Column("covered", sa.Float(), nullable=False),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("open_conflicts", sa.Integer(), nullable=False),
        sa.Column("guarantee_until", sa.Date(), nullable=True),
        sa.Column("funded_kzt", sa.BigInteger(), nullable=False),
        sa.Column("funded_covered", sa.Float(), nullable=False),
        sa.Column("in_greedy", sa.Boolean(), nullable=False),
        sa.Column("in_equal", sa.Boolean(), nullable=False),
        sa.Column("chosen_often", sa.Float(), nullable=False),
        sa.Column("why_ru", sa.Text(), nullable=False),
        sa.Column("why_kk", sa.Text(), nullable=False),
        sa.Column("why_en", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "condition IN ('satisfactory', 'needs_repair', 'in_works', 'unknown')",
            name=op.f("ck_programme_condition"),
        ),
        sa.CheckConstraint("decision IN ('chosen', 'refused')", name=op.f("ck_programme_decision")),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')", name=op.f("ck_programme_place_kind")
        ),
        sa.CheckConstraint(
            "reason IN ('worth', 'floor', 'excluded', 'guarantee', 'funded', 'no_need', 'no_measure', 'too_dear', 'margin', 'remainder')",
            name=op.f("ck_programme_reason"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_programme_geom")),
        sa.PrimaryKeyConstraint("place_kind", "place_id", name=op.f("pk_programme")),
    )
    op.create_geospatial_index(
        "idx_programme_geom", "programme", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_table(
        "project_places",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
        sa.Column("shared_m2", sa.Float(), nullable=False),
        sa.Column("works_m2", sa.Float(), nullable=False),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel', 'district', 'hexagon')",
            name=op.f("ck_project_places_place_kind"),
        ),
        sa.PrimaryKeyConstraint("project_id", "place_kind", "place_id", name=op.f("pk_project_places")),
    )
    op.create_geospatial_table(
        "public_space_needs",
        sa.Column("public_space_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("appeals", sa.Integer(), nullable=False),
        sa.Column("appeals_repeated", sa.Integer(), nullable=False),
        sa.Column("appeals_open", sa.Integer(), nullable=False),
        sa.Column("need_appeals", sa.Float(), nullable=False),
        sa.Column("need_repeated", sa.Float(), nullable=False),
        sa.Column("need_open", sa.Float(), nullable=False),
        sa.Column("need_age", sa.Float(), nullable=False),
        sa.Column("need_condition", sa.Float(), nullable=False),
        sa.Column("need_works", sa.Float(), nullable=False),
        sa.Column("need_residents", sa.Float(), nullable=False),
        sa.Column("need", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("funding", sa.Float(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("gap_kzt", sa.BigInteger(), nullable=False),
        sa.Column("gap_per_resident_kzt", sa.BigInteger(), nullable=True),
        sa.Column("gap_per_appeal_kzt", sa.BigInteger(), nullable=True),
        sa.Column("need_class", sa.Integer(), nullable=False),
        sa.Column("funding_class", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "condition IN ('satisfactory', 'needs_repair', 'in_works', 'unknown')",
            name=op.f("ck_public_space_needs_condition"),
        ),
        sa.CheckConstraint(
            "kind IN ('park', 'square', 'boulevard', 'embankment', 'street', 'other')",
            name=op.f("ck_public_space_needs_kind"),
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_public_space_needs_geom")
        ),
        sa.PrimaryKeyConstraint("public_space_id", "year", name=op.f("pk_public_space_needs")),
    )
    op.create_geospatial_index(
        "idx_public_space_needs_geom",
        "public_space_needs",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "regime_conflicts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=True),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("place_name", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("project_a", sa.Text(), nullable=False),
        sa.Column("project_b", sa.Text(), nullable=False),
        sa.Column("body_a_current", sa.Text(), nullable=False),
        sa.Column("body_b_current", sa.Text(), nullable=False),
        sa.Column("body_a_proposed", sa.Text(), nullable=False),
        sa.Column("body_b_proposed", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("shared_m2", sa.Float(), nullable=False),
        sa.Column("money_at_risk_kzt", sa.BigInteger(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "certainty IN ('certain', 'probable', 'possible')", name=op.f("ck_regime_conflicts_certainty")
        ),
        sa.CheckConstraint(
            "outcome IN ('vanishes', 'remains', 'appears')", name=op.f("ck_regime_conflicts_outcome")
        ),
        sa.CheckConstraint(
            "rule IN ('clash', 'near_clash', 'opportunity', 'duplicate_function', 'double_funding', 'restriction_breach', 'wrong_order', 'outside_powers')",
            name=op.f("ck_regime_conflicts_rule"),
        ),
        sa.CheckConstraint("severity IN ('major', 'minor')", name=op.f("ck_regime_conflicts_severity")),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_regime_conflicts_geom")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regime_conflicts")),
    )
    op.create_geospatial_index(
        "idx_regime_conflicts_geom",
        "regime_conflicts",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "regime_scenarios",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("tolerance_m2", sa.Float(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("usual", sa.Boolean(), nullable=False),
        sa.Column("n_current", sa.Integer(), nullable=False),
        sa.Column("n_vanish", sa.Integer(), nullable=False),
        sa.Column("n_appear", sa.Integer(), nullable=False),
        sa.Column("kzt_current", sa.BigInteger(), nullable=False),
        sa.Column("kzt_vanish", sa.BigInteger(), nullable=False),
        sa.Column("kzt_appear", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "certainty IN ('certain', 'probable', 'possible')", name=op.f("ck_regime_scenarios_certainty")
        ),
        sa.CheckConstraint(
            "rule IN ('clash', 'near_clash', 'opportunity', 'duplicate_function', 'double_funding', 'restriction_breach', 'wrong_order', 'outside_powers')",
            name=op.f("ck_regime_scenarios_rule"),
        ),
        sa.PrimaryKeyConstraint(
            "rule", "tolerance_m2", "window_days", "certainty", name=op.f("pk_regime_scenarios")
        ),
    )
    op.create_geospatial_table(
        "regime_transfers",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_current", sa.Text(), nullable=False),
        sa.Column("body_proposed", sa.Text(), nullable=False),
        sa.Column("payer_current", sa.Text(), nullable=False),
        sa.Column("payer_proposed", sa.Text(), nullable=False),
        sa.Column("works_move", sa.Boolean(), nullable=False),
        sa.Column("money_moves", sa.Boolean(), nullable=False),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("works_m2", sa.Float(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')",
            name=op.f("ck_regime_transfers_place_kind"),
        ),
        sa.CheckConstraint(
            "ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_regime_transfers_geom")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_regime_transfers")),
    )
    op.create_geospatial_index(
        "idx_regime_transfers_geom",
        "regime_transfers",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_geospatial_table(
        "restrictions",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("area_no", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_restrictions_geom")),
        sa.PrimaryKeyConstraint("project_id", "area_no", name=op.f("pk_restrictions")),
    )
    op.create_geospatial_index(
        "idx_restrictions_geom",
        "restrictions",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_table(
        "stored_city",
        sa.Column("one", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("srid", sa.Integer(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_stored_city_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_stored_city")),
    )
    op.create_geospatial_table(
        "works",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("area_no", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("joint_group", sa.Text(), nullable=True),
        sa.Column("exception", sa.Text(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("dates_firm", sa.Boolean(), nullable=False),
        sa.Column("earlier_days", sa.Integer(), nullable=False),
        sa.Column("later_days", sa.Integer(), nullable=False),
        sa.Column("geom_source", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "exception IN ('emergency', 'mandated', 'connection')", name=op.f("ck_works_exception")
        ),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_works_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_works_geom")),
        sa.PrimaryKeyConstraint("project_id", "area_no", name=op.f("pk_works")),
    )
    op.create_geospatial_index(
        "idx_works_geom", "works", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "addresses",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("street_kk", sa.Text(), nullable=True),
        sa.Column("house", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'surveyed'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_addresses_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_addresses_geom")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_addresses_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
    )
    op.create_geospatial_index(
        "idx_addresses_geom", "addresses", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "appeals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("category", sa.Text(), server_default=sa.text("'other'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_match", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("duplicate_of", sa.Text(), nullable=True),
        sa.Column("duplicate_by", sa.Text(), nullable=True),
        sa.Column("transfers", sa.Integer(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'surveyed'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "address_match IN ('exact', 'street', 'district', 'none')", name=op.f("ck_appeals_address_match")
        ),
        sa.CheckConstraint("duplicate_by IN ('said', 'found')", name=op.f("ck_appeals_duplicate_by")),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_appeals_geom_source"),
        ),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_appeals_status")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_appeals_geom")),
        sa.CheckConstraint("reopened >= 0", name=op.f("ck_appeals_reopened")),
        sa.CheckConstraint("requested_on <= closed_on", name=op.f("ck_appeals_period")),
        sa.CheckConstraint("transfers >= 0", name=op.f("ck_appeals_transfers")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_appeals_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_geospatial_index(
        "idx_appeals_geom", "appeals", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_table(
        "assessment_changes",
        sa.Column("conflict_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_assessment_changes_run_id")),
        sa.PrimaryKeyConstraint("conflict_id", "body", "edition", name=op.f("pk_assessment_changes")),
    )
    op.create_table(
        "bodies",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default=sa.text("'other'"), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("spellings", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('city_akimat', 'department', 'district_akimat', 'utility', 'other')",
            name=op.f("ck_bodies_kind"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_bodies_run_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_bodies")),
    )
    op.create_geospatial_table(
        "buildings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("storeys", sa.Integer(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_buildings_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_buildings_geom")),
        sa.CheckConstraint("storeys > 0", name=op.f("ck_buildings_storeys")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_buildings_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buildings")),
    )
    op.create_geospatial_index(
        "idx_buildings_geom", "buildings", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "courtyards",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("condition", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "condition IN ('satisfactory', 'needs_repair', 'in_works', 'unknown')",
            name=op.f("ck_courtyards_condition"),
        ),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_courtyards_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_courtyards_geom")),
        sa.CheckConstraint("residents >= 0", name=op.f("ck_courtyards_residents")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_courtyards_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courtyards")),
    )
    op.create_geospatial_index(
        "idx_courtyards_geom",
        "courtyards",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "district_population",
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("residents", sa.BigInteger(), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("residents >= 0", name=op.f("ck_district_population_residents")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_district_population_run_id")),
        sa.PrimaryKeyConstraint("district_code", "year", name=op.f("pk_district_population")),
    )
    op.create_geospatial_table(
        "districts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_ru", sa.Text(), nullable=False),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("spellings", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_districts_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_districts_geom")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_districts_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
    )
    op.create_geospatial_index(
        "idx_districts_geom", "districts", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "greens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_greens_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_greens_geom")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_greens_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_greens")),
    )
    op.create_geospatial_index(
        "idx_greens_geom", "greens", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "parcels",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_parcels_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_parcels_geom")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_parcels_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
    )
    op.create_geospatial_index(
        "idx_parcels_geom", "parcels", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "public_spaces",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default=sa.text("'other'"), nullable=False),
        sa.Column("condition", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "condition IN ('satisfactory', 'needs_repair', 'in_works', 'unknown')",
            name=op.f("ck_public_spaces_condition"),
        ),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_public_spaces_geom_source"),
        ),
        sa.CheckConstraint(
            "kind IN ('park', 'square', 'boulevard', 'embankment', 'street', 'other')",
            name=op.f("ck_public_spaces_kind"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_public_spaces_geom")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_public_spaces_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_spaces")),
    )
    op.create_geospatial_index(
        "idx_public_spaces_geom",
        "public_spaces",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "rejections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("record", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_rejections_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejections")),
    )
    op.create_index(op.f("ix_rejections_run_id"), "rejections", ["run_id"], unique=False)
    op.create_geospatial_table(
        "streets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default=sa.text("'street'"), nullable=False),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTILINESTRING",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_streets_geom_source"),
        ),
        sa.CheckConstraint("kind IN ('street', 'rail')", name=op.f("ck_streets_kind")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_streets_geom")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_streets_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_streets")),
    )
    op.create_geospatial_index(
        "idx_streets_geom", "streets", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "waters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_waters_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_waters_geom")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_waters_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waters")),
    )
    op.create_geospatial_index(
        "idx_waters_geom", "waters", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_table(
        "courtyard_equipment",
        sa.Column("courtyard_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("condition", sa.Text(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "condition IN ('satisfactory', 'needs_repair', 'in_works', 'unknown')",
            name=op.f("ck_courtyard_equipment_condition"),
        ),
        sa.CheckConstraint(
            "kind IN ('lighting', 'benches', 'bins', 'playground', 'sport')",
            name=op.f("ck_courtyard_equipment_kind"),
        ),
        sa.CheckConstraint("count >= 0", name=op.f("ck_courtyard_equipment_count")),
        sa.ForeignKeyConstraint(
            ["courtyard_id"], ["courtyards.id"], name=op.f("fk_courtyard_equipment_courtyard_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_courtyard_equipment_run_id")),
        sa.PrimaryKeyConstraint("courtyard_id", "kind", name=op.f("pk_courtyard_equipment")),
    )
    op.create_geospatial_table(
        "projects",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_match", sa.Text(), nullable=True),
        sa.Column("executing_body", sa.Text(), nullable=False),
        sa.Column("funding_body", sa.Text(), nullable=True),
        sa.Column("work_type", sa.Text(), server_default=sa.text("'other'"), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("dates_firm", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("earliest_start", sa.Date(), nullable=True),
        sa.Column("latest_start", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'identification'"), nullable=False),
        sa.Column("joint_group", sa.Text(), nullable=True),
        sa.Column("exception", sa.Text(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "address_match IN ('exact', 'street', 'district', 'none')", name=op.f("ck_projects_address_match")
        ),
        sa.CheckConstraint(
            "exception IN ('emergency', 'mandated', 'connection')", name=op.f("ck_projects_exception")
        ),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_projects_geom_source"),
        ),
        sa.CheckConstraint(
            "place_kind IN ('courtyard', 'public_space', 'parcel')", name=op.f("ck_projects_place_kind")
        ),
        sa.CheckConstraint(
            "status IN ('identification', 'preparation', 'implementation', 'completion', 'completed', 'cancelled')",
            name=op.f("ck_projects_status"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_projects_geom")),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_projects_period")),
        sa.ForeignKeyConstraint(["executing_body"], ["bodies.code"], name=op.f("fk_projects_executing_body")),
        sa.ForeignKeyConstraint(["funding_body"], ["bodies.code"], name=op.f("fk_projects_funding_body")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_projects_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_geospatial_index(
        "idx_projects_geom", "projects", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_geospatial_table(
        "project_areas",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("area_no", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("geom_source", sa.Text(), server_default=sa.text("'drawn'"), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=srid,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "geom_source IN ('surveyed', 'drawn', 'buffered_line', 'buffered_point', 'address', 'centroid', 'none')",
            name=op.f("ck_project_areas_geom_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("ck_project_areas_geom")),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_project_areas_period")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_project_areas_project_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_project_areas_run_id")),
        sa.PrimaryKeyConstraint("project_id", "area_no", name=op.f("pk_project_areas")),
    )
    op.create_geospatial_index(
        "idx_project_areas_geom",
        "project_areas",
        ["geom"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "project_funding",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), server_default=sa.text("'local'"), nullable=False),
        sa.Column("stage", sa.Text(), server_default=sa.text("'adopted'"), nullable=False),
        sa.Column("amount_kzt", sa.BigInteger(), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "source IN ('local', 'participatory', 'republican_transfer', 'other')",
            name=op.f("ck_project_funding_source"),
        ),
        sa.CheckConstraint(
            "stage IN ('adopted', 'allocated', 'committed', 'spent')", name=op.f("ck_project_funding_stage")
        ),
        sa.CheckConstraint("amount_kzt >= 0", name=op.f("ck_project_funding_amount")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_project_funding_project_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_project_funding_run_id")),
        sa.PrimaryKeyConstraint("project_id", "year", "source", "stage", name=op.f("pk_project_funding")),
    )


def downgrade() -> None:
    raise NotImplementedError("Abat does not go back; restore a backup made before the upgrade")
