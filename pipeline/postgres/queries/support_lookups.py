"""Support's quick questions: what a text from a search box is, and what belongs to ids that were found."""

from collections.abc import Collection

from sqlmodel import Session, col, or_, select

from pipeline.postgres.tables import Product, ValidationError, VendorTable


def is_sku(session: Session, searched: str) -> bool:
    """Whether an error or a product has this SKU."""
    of_error = select(ValidationError.error_id).where(ValidationError.sku == searched).exists()
    of_product = select(Product.product_id).where(Product.sku == searched).exists()
    return session.exec(select(or_(of_error, of_product))).one()


def is_vendor_product_id(session: Session, searched: str) -> bool:
    """Whether an error is about a product that its vendor calls so."""
    of_error = select(ValidationError.error_id).where(ValidationError.vendor_product_id == searched).exists()
    return session.exec(select(of_error)).one()


def vendor_names(session: Session, vendor_ids: Collection[str]) -> dict[str, str]:
    names = select(VendorTable.vendor_id, VendorTable.vendor_name).where(col(VendorTable.vendor_id).in_(vendor_ids))
    return dict(session.exec(names).all())
